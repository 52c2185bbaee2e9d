import { expect, test } from 'vitest'
import { configOf } from '../../test/rig/sample-config.ts'
import { parseConfig } from './parse.ts'

const configWith = (coverage: string) => `project: shop
images:
  web: { dockerfile: Dockerfile, coverage: ${coverage} }
`

function problemsOf(coverage: string, missing = ''): string[] {
  const text = `apiVersion: kindling/v1alpha1\n${configWith(coverage)}`
  const facts = { exists: (path: string) => missing === '' || !path.endsWith(missing), env: {} }
  const { diagnostics } = parseConfig('/repo/kindling.yaml', text, facts)
  return diagnostics.map(({ code, message, location }) => {
    const { line, column } = location?.start ?? {}
    return `${line}:${column} ${code} ${message}`
  })
}

test('an image says its language and where its files are; paths start at the file', () => {
  const config = configOf(
    configWith('{ language: go, args: { GOFLAGS: -cover }, paths: { example.com/shop: svc } }'),
  )
  expect(config.images.get('web')).toMatchObject({
    coverage: { language: 'go', paths: new Map([['example.com/shop', '/repo/svc']]) },
  })
})

test('build arguments alone are enough for those who read the data themselves', () => {
  const image = configOf(configWith('{ args: { GOFLAGS: -cover } }')).images.get('web')
  expect(image).not.toHaveProperty('coverage')
  expect(image).toHaveProperty('coverageArgs')
})

test('nothing is guessed: what is missing or cannot be is told with its place', () => {
  expect(problemsOf('{ language: node }')).toEqual([
    '4:44 E_CONFIG_INVALID `coverage` has a language, but does not say where its files are',
  ])
  expect(problemsOf('{ paths: { /app: . } }')).toEqual([
    '4:53 E_CONFIG_INVALID `paths` is there without `language`',
  ])
  expect(problemsOf('{ language: python, paths: { app: . } }')).toEqual([
    '4:78 E_CONFIG_INVALID `app` is no absolute path in the image',
  ])
  expect(problemsOf('{ language: node, paths: { /app: lib } }', '/lib')).toEqual([
    '4:77 E_CONFIG_FILE_MISSING the directory for `/app` of image `web` does not exist',
  ])
  const [unknown] = problemsOf('{ language: nod, paths: { /app: . } }')
  expect(unknown).toContain('4:56 E_CONFIG_INVALID')
})
