import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { baseImages } from '../../images/base-images.ts'
import { contextFiles, ignoreFileOf } from '../../images/context-files.ts'
import { withBuildFiles } from './build-files.ts'
import type { Builder } from './docker.ts'

const rules = { baseImages, contextFiles, ignoreFileOf }
const base = 'localhost/shop/base:run-1'

interface Given {
  readonly dockerfile: string
  readonly context: string
  /** Of the Dockerfile that docker is given. */
  readonly text: string
  readonly ignored?: string
  readonly seen: readonly string[]
}

/** What docker is given for a context of these files. */
async function given(
  files: Readonly<Record<string, string>>,
  { builder = 'buildkit', args = {} }: { builder?: Builder; args?: Record<string, string> } = {},
): Promise<{ readonly context: string; readonly given: Given }> {
  const context = temporaryDirectory(files)
  const request = {
    reference: 'localhost/shop/web:1',
    owner: 'shop-e2e',
    dockerfile: join(context, 'Dockerfile'),
    context,
    args,
    labels: {},
    baseImages: new Map([['shop/base', base]]),
  }
  const result = await withBuildFiles(request, builder, rules, async ({ dockerfile, context }) => {
    const ignoreFile = `${dockerfile}.dockerignore`
    return {
      dockerfile,
      context,
      text: readFileSync(dockerfile, 'utf8'),
      ...(existsSync(ignoreFile) ? { ignored: readFileSync(ignoreFile, 'utf8') } : {}),
      seen: readdirSync(context, { recursive: true }).map(String).sort(),
    }
  })
  return { context, given: result }
}

test('where nothing is to be changed, docker gets the files as they are', async () => {
  for (const files of [
    { Dockerfile: 'FROM scratch\n' },
    { Dockerfile: 'FROM scratch\n', '.dockerignore': 'a' },
    { Dockerfile: 'FROM scratch\n', 'Dockerfile.dockerignore': 'a' },
  ]) {
    const { context, given: files_ } = await given(files)
    expect(files_).toMatchObject({ dockerfile: join(context, 'Dockerfile'), context })
  }
})

test.each([
  ['FROM shop/base AS build', `FROM ${base} AS build`],
  ['FROM --platform=linux/amd64 shop/base', `FROM --platform=linux/amd64 ${base}`],
  ['FROM a:1\nCOPY --from=shop/base /a /b', `FROM a:1\nCOPY --from=${base} /a /b`],
  [
    'FROM a:1\nRUN --mount=type=bind,from=shop/base,target=/m make',
    `FROM a:1\nRUN --mount=type=bind,from=${base},target=/m make`,
  ],
  ['ARG B=shop/base\nFROM ${B}\nRUN a', `ARG B=shop/base\nFROM ${base}\nRUN a`],
  ['FROM a:1\r\nCOPY --from=shop/base a b\r\n', `FROM a:1\r\nCOPY --from=${base} a b\r\n`],
  [
    'FROM shop/base AS one\nFROM shop/base:2 AS two\nFROM shop/base',
    `FROM ${base} AS one\nFROM shop/base:2 AS two\nFROM ${base}`,
  ],
])('%j has the image of this run in place of its name', async (text, expected) => {
  expect((await given({ Dockerfile: text })).given.text).toBe(expected)
})

test('a name that stands in other instructions is left alone', async () => {
  const text = '# FROM shop/base\nFROM a:1\nRUN echo FROM shop/base\nCOPY shop/base /\n'
  const { context, given: files } = await given({ Dockerfile: text })
  expect(files.dockerfile).toBe(join(context, 'Dockerfile'))
})

test('a name that an argument gives is found', async () => {
  const text = 'ARG B\nFROM $B\n'
  expect((await given({ Dockerfile: text }, { args: { B: 'shop/base' } })).given.text).toBe(
    `ARG B\nFROM ${base}\n`,
  )
})

test('beside a changed Dockerfile stands the ignore file that counts', async () => {
  const files = { Dockerfile: 'FROM shop/base\n', 'a.txt': '', '.dockerignore': 'of the context' }
  expect((await given(files)).given.ignored).toBe('of the context')
  const own = { ...files, 'Dockerfile.dockerignore': 'of the Dockerfile' }
  const { context, given: copy } = await given(own)
  expect(copy).toMatchObject({ context, ignored: 'of the Dockerfile' })
})

test("BuildKit is given podman's ignore file under docker's name", async () => {
  const { context, given: files } = await given({ Dockerfile: 'FROM scratch\n', '.containerignore': '*' })
  expect(files).toMatchObject({ context, ignored: '*' })
})

test('the legacy builder gets a context of what it is to see', async () => {
  const { context, given: files } = await given(
    {
      Dockerfile: 'FROM scratch\n',
      'Dockerfile.dockerignore': '*\n!src\nsrc/*.md',
      '.dockerignore': 'src',
      'src/a.txt': '',
      'src/b.md': '',
      'docs/c.md': '',
    },
    { builder: 'legacy' },
  )
  expect(files.context).not.toBe(context)
  expect(files.seen).toEqual(['src', 'src/a.txt'])
})

test('the legacy builder gets the context itself where it obeys the right ignore file anyway', async () => {
  const files = { Dockerfile: 'FROM shop/base\n', '.dockerignore': 'a' }
  const { context, given: copy } = await given(files, { builder: 'legacy' })
  expect(copy.context).toBe(context)
  expect(copy.dockerfile).not.toBe(join(context, 'Dockerfile'))
})

test('copies go when they have been used, well or badly', async () => {
  const context = temporaryDirectory({ Dockerfile: 'FROM shop/base\n' })
  const temporary = temporaryDirectory()
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const request = {
    ...{ reference: 'x:1', owner: 'o', dockerfile: join(context, 'Dockerfile'), context },
    ...{ args: {}, labels: {}, baseImages: new Map([['shop/base', base]]) },
  }
  const build = (use: () => Promise<void>) => withBuildFiles(request, 'buildkit', rules, use)
  await build(async () => expect(readdirSync(temporary)).toHaveLength(1))
  await expect(build(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(readdirSync(temporary)).toEqual([])
})
