import { expect, test } from 'vitest'
import { inlineModules } from './inline-modules.ts'

test('modules become one script without imports and exports', () => {
  const script = inlineModules([
    "export const a = 1;\nexport function f() {\n    return 'import x from y';\n}\n//# sourceMappingURL=a.js.map\n",
    "import { a } from './a.js';\nimport {\n  f,\n} from '../up/a.js';\nexport {};\nf(a);\n",
  ])
  expect(script).toBe("const a = 1;\nfunction f() {\n    return 'import x from y';\n}\n\nf(a);\n")
})

test.each(["import fs from 'node:fs';\n", 'export default 1;\n', 'export { a } ;\n'])(
  '%s is refused rather than left in',
  (source) => {
    expect(() => inlineModules([source])).toThrow('cannot be put into a page')
  },
)
