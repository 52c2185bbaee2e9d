import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from './load.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'kindling-config-'))
})

afterEach(() => {
  rmSync(root, { recursive: true })
})

const minimal = 'apiVersion: kindling/v1alpha1\nproject: shop\n'

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

test('the file is found in the working directory and in every directory above it', async () => {
  write('kindling.yaml', minimal)
  mkdirSync(join(root, 'a/b/c'), { recursive: true })
  for (const cwd of [root, join(root, 'a/b/c')]) {
    const { config, diagnostics, source } = await loadConfig({ cwd })
    expect(diagnostics).toEqual([])
    expect(config).toMatchObject({ file: join(root, 'kindling.yaml'), root, project: 'shop' })
    expect(source).toBe(minimal)
  }
})

test('the nearest file wins', async () => {
  write('kindling.yaml', minimal)
  write('inner/kindling.yaml', minimal.replace('shop', 'inner'))
  expect((await loadConfig({ cwd: join(root, 'inner') })).config?.project).toBe('inner')
})

test('one checkout has one root, whichever link leads to it; a link as the file itself is the file', async () => {
  write('project/kindling.yaml', minimal)
  write('shared/common.yaml', minimal)
  symlinkSync('project', join(root, 'link'))
  symlinkSync('../shared/common.yaml', join(root, 'project/common.yaml'))
  const rootOf = async (options: Parameters<typeof loadConfig>[0]) => (await loadConfig(options)).config?.root
  const project = join(root, 'project')
  expect(await rootOf({ cwd: root, file: 'link/kindling.yaml' })).toBe(project)
  expect(await rootOf({ cwd: join(root, 'link') })).toBe(project)
  expect(await rootOf({ cwd: root, file: 'link/common.yaml' })).toBe(project)
})

test('I19: paths start at the file, whatever the working directory is', async () => {
  write('project/other.yaml', `${minimal}images: { a: { dockerfile: docker/a.Dockerfile } }\n`)
  write('project/docker/a.Dockerfile', 'FROM scratch\n')
  const { config, diagnostics } = await loadConfig({ cwd: root, file: 'project/other.yaml' })
  expect(diagnostics).toEqual([])
  expect(config?.images.get('a')).toMatchObject({
    dockerfile: join(root, 'project/docker/a.Dockerfile'),
    context: join(root, 'project'),
  })
})

test('a Dockerfile, context or manifest that does not exist is an error at its place', async () => {
  write(
    'kindling.yaml',
    `${minimal}images: { a: { dockerfile: a.Dockerfile, context: src } }\nservices: { a: { apply: deploy } }\n`,
  )
  const { config, diagnostics } = await loadConfig({ cwd: root })
  expect(config).toBeUndefined()
  expect(diagnostics.map(({ code, location }) => [code, location?.start.line])).toEqual([
    ['E_CONFIG_FILE_MISSING', 3],
    ['E_CONFIG_FILE_MISSING', 3],
    ['E_CONFIG_FILE_MISSING', 4],
  ])
})

test('environment variables come from the caller', async () => {
  write(
    'kindling.yaml',
    `${minimal}images:\n  a: { dockerfile: f, args: { V: "\${env.KINDLING_TEST_VERSION}" } }\n`,
  )
  write('f', 'FROM scratch\n')
  expect((await loadConfig({ cwd: root, env: { KINDLING_TEST_VERSION: '1' } })).diagnostics).toEqual([])
  expect((await loadConfig({ cwd: root, env: {} })).diagnostics).toMatchObject([
    { code: 'E_CONFIG_EXPRESSION', message: 'the environment variable `KINDLING_TEST_VERSION` is not set' },
  ])
})

test('without a file it says where it looked and what to do', async () => {
  const { config, diagnostics } = await loadConfig({ cwd: root })
  expect(config).toBeUndefined()
  expect(diagnostics).toEqual([
    {
      code: 'E_CONFIG_NOT_FOUND',
      severity: 'error',
      message: `no kindling.yaml in ${root} or in any directory above it`,
      hint: 'run this inside a project that has a kindling.yaml, or name the file',
    },
  ])
})

test('a file that was named but cannot be read says why', async () => {
  mkdirSync(join(root, 'folder'))
  expect((await loadConfig({ cwd: root, file: 'nowhere.yaml' })).diagnostics).toMatchObject([
    {
      code: 'E_CONFIG_NOT_FOUND',
      message: `cannot read ${join(root, 'nowhere.yaml')}: there is no such file`,
    },
  ])
  expect((await loadConfig({ cwd: root, file: 'folder' })).diagnostics).toMatchObject([
    { code: 'E_CONFIG_NOT_FOUND', message: `cannot read ${join(root, 'folder')}: it is a directory` },
  ])
})

test('a file with errors gives its text for the excerpts, but no configuration', async () => {
  const text = `${minimal}imagse: {}\n`
  write('kindling.yaml', text)
  const { config, diagnostics, source } = await loadConfig({ cwd: root })
  expect(config).toBeUndefined()
  expect(source).toBe(text)
  expect(diagnostics).toMatchObject([{ code: 'E_CONFIG_UNKNOWN_KEY', hint: 'did you mean `images`?' }])
})
