import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory, writeFiles } from '../../test/rig/temp-directory.ts'
import { type FingerprintInputs, fingerprintBuild } from './fingerprint.ts'

async function fingerprintOf(inputs: FingerprintInputs): Promise<string> {
  return (await fingerprintBuild(inputs)).fingerprint
}

function setUp(): FingerprintInputs {
  const context = temporaryDirectory({
    Dockerfile: 'FROM base\nCOPY . .\n',
    '.dockerignore': 'ignored\n',
    'ignored/x': '1',
    'src/a.txt': 'a',
    'src/b.txt': 'b',
  })
  return {
    context,
    dockerfile: join(context, 'Dockerfile'),
    target: 'production',
    platform: 'linux/amd64',
    args: { MODE: 'release', LEVEL: '2' },
    bases: { base: 'sha256:1' },
    secrets: [],
    engine: 'podman',
  }
}

describe('a fingerprint changes', () => {
  test.each<[string, (inputs: FingerprintInputs) => FingerprintInputs]>([
    ['an argument', (inputs) => ({ ...inputs, args: { ...inputs.args, LEVEL: '3' } })],
    ['the target', (inputs) => ({ ...inputs, target: undefined })],
    ['the platform', (inputs) => ({ ...inputs, platform: 'linux/arm64' })],
    ['a base', (inputs) => ({ ...inputs, bases: { base: 'sha256:2' } })],
    ['the name of a secret', (inputs) => ({ ...inputs, secrets: ['token'] })],
    ['the engine', (inputs) => ({ ...inputs, engine: 'docker' })],
  ])('with %s', async (_, change) => {
    const inputs = setUp()
    expect(await fingerprintOf(change(inputs))).not.toBe(await fingerprintOf(inputs))
  })

  test.each<[string, (context: string) => void]>([
    ['the Dockerfile', (context) => writeFileSync(join(context, 'Dockerfile'), 'FROM base\n')],
    ['the content of a file', (context) => writeFileSync(join(context, 'src/a.txt'), 'A')],
    ['a new file', (context) => writeFileSync(join(context, 'src/c.txt'), '')],
    ['a new empty directory', (context) => mkdirSync(join(context, 'src/empty'))],
    ['a file that went', (context) => rmSync(join(context, 'src/a.txt'))],
    ['another name', (context) => renameSync(join(context, 'src/a.txt'), join(context, 'src/z.txt'))],
    ['a file made executable', (context) => chmodSync(join(context, 'src/a.txt'), 0o755)],
    ['a link', (context) => symlinkSync('a.txt', join(context, 'src/link'))],
    [
      'two files that change their contents',
      (context) => writeFiles(context, { 'src/a.txt': 'b', 'src/b.txt': 'a' }),
    ],
    ['what was ignored and no longer is', (context) => writeFileSync(join(context, '.dockerignore'), '')],
  ])('with %s', async (_, change) => {
    const inputs = setUp()
    const before = await fingerprintOf(inputs)
    change(inputs.context)
    expect(await fingerprintOf(inputs)).not.toBe(before)
  })
})

describe('a fingerprint stays', () => {
  test.each<[string, (context: string) => void]>([
    ['an ignored file', (context) => writeFiles(context, { 'ignored/x': '2', 'ignored/deep/y': '' })],
    ['times', (context) => utimesSync(join(context, 'src/a.txt'), 0, 0)],
  ])('with %s', async (_, change) => {
    const inputs = setUp()
    const before = await fingerprintOf(inputs)
    change(inputs.context)
    expect(await fingerprintOf(inputs)).toBe(before)
  })

  test('whatever the order of arguments and bases, and is another one for other ones', async () => {
    const inputs = setUp()
    const record = fc.dictionary(fc.stringMatching(/^[A-C]{1,2}$/), fc.stringMatching(/^[a-c]{0,2}$/))
    const reversed = (of: Record<string, string>) => Object.fromEntries(Object.entries(of).reverse())
    const sorted = (of: Record<string, string>) => JSON.stringify(Object.entries(of).sort())
    await fc.assert(
      fc.asyncProperty(record, record, record, async (args, bases, other) => {
        const fingerprint = await fingerprintOf({ ...inputs, args, bases })
        expect(await fingerprintOf({ ...inputs, args: reversed(args), bases: reversed(bases) })).toBe(
          fingerprint,
        )
        expect((await fingerprintOf({ ...inputs, args: other, bases })) === fingerprint).toBe(
          sorted(args) === sorted(other),
        )
      }),
    )
  })
})
