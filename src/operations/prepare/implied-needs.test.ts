import { describe, expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { withImpliedNeeds } from './implied-needs.ts'

/** What the image `app` needs when its Dockerfile says this. */
function needsOf(dockerfile: string, options = ''): readonly string[] {
  const config = configOf(`
project: shop
images:
  base: { dockerfile: base.Dockerfile }
  tools: { dockerfile: tools.Dockerfile, repository: registry.example.com/shop/tools }
  debian: { pull: debian:12 }
  app: { dockerfile: app.Dockerfile, ${options} }
`)
  const texts: Record<string, string> = { '/repo/app.Dockerfile': dockerfile }
  const { config: widened, diagnostics } = withImpliedNeeds(config, (file) => texts[file] ?? 'FROM scratch')
  expect(diagnostics).toEqual([])
  const app = widened.images.get('app')
  return app?.kind === 'built' ? app.needs : []
}

describe('an image needs those that its Dockerfile names', () => {
  test.each<[string, string, string[]]>([
    ['in FROM', 'FROM shop/base', ['base']],
    ['with localhost and a tag', 'FROM localhost/shop/base:dev AS x', ['base']],
    ['with a registry', 'FROM registry.example.com/shop/tools:1', ['tools']],
    ['in COPY --from', 'FROM scratch\nCOPY --from=shop/base /a /', ['base']],
    [
      'in RUN --mount',
      'FROM debian:12\nRUN --mount=type=bind,from=shop/base,target=/b x',
      ['debian', 'base'],
    ],
    ['by the default of an argument', 'ARG BASE=shop/base\nFROM ${BASE}:dev', ['base']],
    ['of those that are pulled, exactly', 'FROM docker.io/library/debian:12\nFROM debian:13', ['debian']],
    ['but not those of others', 'FROM shop/bases\nFROM example.com/shop/base', []],
    ['nor stages', 'FROM scratch AS shop/base\nFROM shop/base', []],
    ['nor itself: that is an image of somebody else', 'FROM shop/app', []],
  ])('%s', (_, dockerfile, needs) => {
    expect(needsOf(dockerfile)).toEqual(needs)
  })

  test.each<[string, string, string, string[]]>([
    ['by an argument of the configuration', 'ARG X\nFROM shop/$X', 'args: { X: base }', ['base']],
    [
      'each once, after those that are listed',
      'FROM shop/base\nFROM debian:12',
      'needs: [debian]',
      ['debian', 'base'],
    ],
    [
      'but not by what only the run knows',
      'ARG X\nFROM ${X}',
      'args: { X: "${images.tools.ref}" }',
      ['tools'],
    ],
    ['in a coverage build', 'ARG X=scratch\nFROM $X', 'coverage: { args: { X: shop/base } }', ['base']],
    ['up to the target', 'FROM scratch AS one\nFROM shop/base', 'target: one', []],
  ])('%s', (_, dockerfile, options, needs) => {
    expect(needsOf(dockerfile, options)).toEqual(needs)
  })
})

test('images that are built on each other are reported with the place of each step', () => {
  const config = configOf(`
project: shop
images:
  a: { dockerfile: a.Dockerfile }
  b: { dockerfile: b.Dockerfile, needs: [a] }
`)
  const texts: Record<string, string> = { '/repo/a.Dockerfile': 'ARG X=1\nFROM shop/b:$X\n' }
  const { diagnostics } = withImpliedNeeds(config, (file) => texts[file] ?? '')
  expect(diagnostics).toEqual([
    {
      code: 'E_CONFIG_CYCLE',
      severity: 'error',
      message: 'images need each other: a → b → a',
      location: {
        file: '/repo/a.Dockerfile',
        start: { line: 2, column: 6 },
        end: { line: 2, column: 15 },
      },
      hint: 'remove one of these needs',
      related: [
        { message: 'a needs b', location: expect.objectContaining({ file: '/repo/a.Dockerfile' }) },
        {
          message: 'b needs a',
          location: expect.objectContaining({
            file: '/repo/kindling.yaml',
            start: expect.objectContaining({ line: 6 }),
          }),
        },
      ],
    },
  ])
})
