import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { describeManifest } from './manifest.ts'
import { readManifests } from './read-manifests.ts'
import type { ManifestSource } from './sources.ts'

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gateway, namespace: shop }\n'
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: gateway, namespace: shop }\n'
const location = { file: '/repo/kindling.yaml', start: { line: 5, column: 9 }, end: { line: 5, column: 20 } }

function path(root: string, text: string): ManifestSource {
  return { kind: 'path', path: join(root, text), location }
}

function glob(directory: string, pattern: string): ManifestSource {
  return { kind: 'glob', directory, pattern, text: pattern, location }
}

async function read(...sources: readonly ManifestSource[]) {
  const { manifests, diagnostics } = await readManifests(sources)
  return { names: manifests.map(describeManifest), diagnostics }
}

test('a directory gives its YAML and JSON files by name, nothing else and nothing below it', async () => {
  const root = temporaryDirectory({
    'deploy/b.yml': service,
    'deploy/a.yaml': deployment,
    'deploy/c.json': '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}',
    'deploy/README.md': 'no manifest: [',
    'deploy/below/d.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n',
  })
  const { names, diagnostics } = await read(path(root, 'deploy'))
  expect(diagnostics).toEqual([])
  expect(names).toEqual(['Deployment gateway', 'Service gateway', 'Secret s'])
})

test('files are taken in the order in which they are named, and a file that is named twice once', async () => {
  const root = temporaryDirectory({ 'deploy/a.yaml': deployment, 'deploy/b.yaml': service })
  const { names, diagnostics } = await read(path(root, 'deploy/b.yaml'), glob(root, '**/*.yaml'))
  expect(diagnostics).toEqual([])
  expect(names).toEqual(['Service gateway', 'Deployment gateway'])
})

test('a pattern gives manifests only, and is an error at its place when there are none', async () => {
  const root = temporaryDirectory({ 'deploy/a.yaml': service, 'deploy/notes.md': '[' })
  expect((await read(glob(root, 'deploy/*'))).names).toEqual(['Service gateway'])
  const { diagnostics } = await read(glob(root, 'deploy/*.md'))
  expect(diagnostics).toMatchObject([
    { code: 'E_MANIFEST_MISSING', message: 'no manifest matches `deploy/*.md`', location },
  ])
})

test('a directory without manifests and a path that does not exist are errors at their places', async () => {
  const root = temporaryDirectory()
  mkdirSync(join(root, 'empty'))
  const { diagnostics } = await read(path(root, 'empty'), path(root, 'nowhere.yaml'))
  expect(diagnostics.map(({ code, message }) => [code, message.replaceAll(root, '')])).toEqual([
    ['E_MANIFEST_MISSING', 'there are no manifests in /empty'],
    ['E_MANIFEST_MISSING', 'cannot read /nowhere.yaml: there is no such file or directory'],
  ])
  expect(diagnostics[1]?.location).toEqual(location)
})

test('problems of all files and programs are reported at once, and the good objects are kept', async () => {
  const root = temporaryDirectory({
    'deploy/a.yaml': 'apiVersion: [\n',
    'deploy/b.yaml': `${service}---\nkind: Pod\n`,
  })
  const { names, diagnostics } = await read(path(root, 'deploy'), path(root, 'nowhere'), {
    kind: 'rendered',
    location,
    origin: 'charts/web',
    render: () =>
      Promise.resolve({ problem: { code: 'E_MANIFEST_RENDER', severity: 'error', message: 'no', location } }),
  })
  expect(names).toEqual(['Service gateway'])
  expect(diagnostics.map(({ code }) => code)).toEqual([
    'E_MANIFEST_SYNTAX',
    'E_MANIFEST_INVALID',
    'E_MANIFEST_MISSING',
    'E_MANIFEST_RENDER',
  ])
})
