import type { Detector } from '../detector.ts'
import type { TestsFinding } from '../findings.ts'
import { baseName, directoryOf } from '../paths.ts'
import { scriptsOf } from '../scripts.ts'

const scripts = ['test:e2e', 'e2e', 'test-e2e', 'e2e:test', 'test:integration', 'test:acceptance']
const directory = /(?:^|\/)(?:e2e|end-to-end|acceptance)(?:\/|$)/

/** How end-to-end tests are run: scripts of a package.json, and tests of Go, Python and Node that lie in `e2e`. */
export const tests: Detector = {
  name: 'end-to-end tests',
  isFor: (path) =>
    path === 'package.json' ||
    (directory.test(directoryOf(path)) && /_test\.go$|test_\w+\.py$|\.test\.m?js$/.test(baseName(path))),
  detect: (path, text) => {
    const found = (run: string): TestsFinding[] => [{ kind: 'tests', path, run }]
    if (path === 'package.json') {
      const script = scripts.find((name) => scriptsOf(text)[name] !== undefined)
      return script === undefined ? [] : found(`npm run ${script}`)
    }
    const where = directoryOf(path).replace(/((?:^|\/)(?:e2e|end-to-end|acceptance))\/.*$/, '$1')
    if (path.endsWith('.go')) return found(`go test -count=1 ./${where}/...`)
    if (path.endsWith('.py')) return found(`python3 -m pytest ${where}`)
    return text.includes('node:test') ? found(`node --test ${where}/`) : []
  },
}
