import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { FileHashCache } from './file-hash-cache.ts'
import { fingerprintBuild } from './fingerprint.ts'

const hourMs = 3_600_000
/** An hour later, so that what was just written is old enough to be kept. */
const later = { epochMs: () => Date.now() + hourMs }

interface SetUp {
  readonly context: string
  readonly cache: string
  /** As a process of its own finds it: with the cache that earlier ones have left. */
  fingerprint(clock?: { epochMs(): number }): Promise<string>
  fresh(): Promise<string>
}

function setUp(files: Readonly<Record<string, string>> = { 'a.txt': 'a', 'src/b.txt': 'b' }): SetUp {
  const root = temporaryDirectory()
  const [context, cache] = [join(root, 'context'), join(root, 'cache')]
  mkdirSync(join(context, 'src'), { recursive: true })
  for (const [path, text] of Object.entries(files)) writeOld(join(context, path), text)
  const dockerfile = join(root, 'Dockerfile')
  writeFileSync(dockerfile, 'FROM scratch\nCOPY . .\n')
  writeFileSync(`${dockerfile}.dockerignore`, 'ignored\n')
  const inputs = { context, dockerfile, args: {}, bases: {}, secrets: [], engine: 'podman' }
  return {
    context,
    cache,
    fingerprint: async (clock = later) =>
      (await fingerprintBuild(inputs, new FileHashCache(cache, clock))).fingerprint,
    fresh: async () => (await fingerprintBuild(inputs)).fingerprint,
  }
}

/** Writes a file with a time that can be set again to the nanosecond. */
function writeOld(path: string, text: string): void {
  writeFileSync(path, text)
  utimesSync(path, 1_700_000_000, 1_700_000_000)
}

/** Returns when the clock that files get their times from has gone on; it ticks every few milliseconds. */
function awaitTick(): void {
  const probe = join(temporaryDirectory({ probe: '' }), 'probe')
  const before = lstatSync(probe, { bigint: true }).ctimeNs
  do writeFileSync(probe, '')
  while (lstatSync(probe, { bigint: true }).ctimeNs === before)
}

/** Gives a file that `writeOld` wrote other content, with nothing to see of it but the time of the change. */
function editInSecret(path: string, text: string): void {
  awaitTick()
  writeOld(path, text)
}

/** Makes every digest in the cache wrong, so that one who trusts it is found out. */
function falsify(cache: string): void {
  for (const file of readdirSync(cache)) {
    const text = readFileSync(join(cache, file), 'utf8')
    writeFileSync(join(cache, file), text.replaceAll(/[0-9a-f]{64}/g, '0'.repeat(64)))
  }
}

describe('a cached digest', () => {
  test('is taken for a file that has not changed', async () => {
    const { cache, fingerprint, fresh } = setUp()
    expect(await fingerprint()).toBe(await fresh())
    expect(await fingerprint()).toBe(await fresh())
    falsify(cache)
    expect(await fingerprint()).not.toBe(await fresh())
  })

  test.each<[string, (context: string) => void]>([
    ['content of the same size with the old time', (context) => editInSecret(join(context, 'a.txt'), 'A')],
    ['a chmod', (context) => chmodSync(join(context, 'a.txt'), 0o600)],
    [
      'another file in its place',
      (context) => {
        writeFileSync(join(context, 'new'), 'A')
        renameSync(join(context, 'new'), join(context, 'a.txt'))
      },
    ],
    [
      'two files that change places',
      (context) => {
        renameSync(join(context, 'a.txt'), join(context, 'x'))
        renameSync(join(context, 'src/b.txt'), join(context, 'a.txt'))
        renameSync(join(context, 'x'), join(context, 'src/b.txt'))
      },
    ],
  ])('is not taken after %s', async (_, change) => {
    const { context, fingerprint, fresh } = setUp()
    const before = await fingerprint()
    change(context)
    const after = await fingerprint()
    expect(after).toBe(await fresh())
    expect(after).not.toBe(before)
  })

  test('is not kept of a file that could still change without a trace', async () => {
    const { context, cache, fingerprint, fresh } = setUp()
    await fingerprint({ epochMs: Date.now })
    expect(existsSync(cache)).toBe(false)
    // Even if no tick of the file system's clock lies between.
    writeFileSync(join(context, 'a.txt'), 'A')
    expect(await fingerprint({ epochMs: Date.now })).toBe(await fresh())
  })

  test('is not kept of a file from the future', async () => {
    const { context, cache, fingerprint, fresh } = setUp({ 'a.txt': 'a' })
    const tomorrow = Date.now() / 1_000 + 86_400
    utimesSync(join(context, 'a.txt'), tomorrow, tomorrow)
    await fingerprint()
    expect(existsSync(cache)).toBe(false)
    expect(await fingerprint()).toBe(await fresh())
  })
})

describe('the cache', () => {
  test('is not written when nothing was learnt', async () => {
    const { cache, fingerprint } = setUp()
    await fingerprint()
    const [file = ''] = readdirSync(cache)
    const before = statSync(join(cache, file)).ino
    await fingerprint()
    expect(statSync(join(cache, file)).ino).toBe(before)
  })

  test('is for its owner alone', async () => {
    const { cache, fingerprint } = setUp()
    await fingerprint()
    const modes = [cache, ...readdirSync(cache).map((file) => join(cache, file))].map(
      (path) => statSync(path).mode & 0o777,
    )
    expect(modes).toEqual([0o700, 0o600])
  })

  test.each([
    ['garbage', () => 'garbage\0\0\0'],
    ['nothing', () => ''],
    ['half of it', (text: string) => text.slice(0, text.length / 2)],
  ])('may hold %s: then files are read', async (_, damage) => {
    const { cache, fingerprint, fresh } = setUp()
    await fingerprint()
    for (const file of readdirSync(cache)) {
      writeFileSync(join(cache, file), damage(readFileSync(join(cache, file), 'utf8')))
    }
    expect(await fingerprint()).toBe(await fresh())
  })

  test('written by several at once is whole, and leaves no other file', async () => {
    const { cache, fingerprint, fresh } = setUp()
    const expected = await fresh()
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => fingerprint())))).toEqual(
      new Set([expected]),
    )
    expect(readdirSync(cache)).toHaveLength(1)
    expect(await fingerprint()).toBe(expected)
  })

  test('forgets files and contexts that nobody has asked for in a month', async () => {
    const { context, cache, fingerprint } = setUp()
    await fingerprint()
    const [file = ''] = readdirSync(cache)
    const other = join(cache, 'of-a-context-that-went')
    writeFileSync(other, '')
    rmSync(join(context, 'a.txt'))
    const inDays = (days: number) => ({ epochMs: () => Date.now() + days * 24 * hourMs })

    await fingerprint(inDays(20))
    expect(readFileSync(join(cache, file), 'utf8')).toContain('a.txt')
    expect(existsSync(other)).toBe(true)
    await fingerprint(inDays(40))
    expect(readFileSync(join(cache, file), 'utf8')).not.toContain('a.txt')
    expect(readFileSync(join(cache, file), 'utf8')).toContain('src/b.txt')
    expect(existsSync(other)).toBe(false)
  })
})

test('whatever happens to a context, with the cache its fingerprint is the same as without, and changes with it', async () => {
  const path = fc.constantFrom('a', 'b', 'src/a', 'src/b', 'ignored')
  const change = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), path, text: fc.constantFrom('1', '2', '22') }),
    fc.record({ kind: fc.constant('edit in secret' as const), path, text: fc.constantFrom('1', '2') }),
    fc.record({ kind: fc.constant('chmod' as const), path, mode: fc.constantFrom(0o600, 0o644, 0o755) }),
    fc.record({ kind: fc.constant('rename' as const), path, to: path }),
    fc.record({ kind: fc.constant('link' as const), path, to: path }),
    fc.record({ kind: fc.constant('remove' as const), path }),
    fc.record({ kind: fc.constant('touch' as const), path, seconds: fc.constantFrom(0, 1_000_000) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
      const { context, fingerprint, fresh } = setUp({ a: '1', 'src/b': '2' })
      const known = new Map([[inputsOf(context), await fingerprint()]])
      for (const one of changes) {
        awaitTick()
        apply(context, one)
        const actual = await fingerprint()
        expect(actual).toBe(await fresh())
        const inputs = inputsOf(context)
        if (known.has(inputs)) expect(actual).toBe(known.get(inputs))
        else expect([...known.values()]).not.toContain(actual)
        known.set(inputs, actual)
      }
    }),
    { numRuns: 60 },
  )

  type Change = typeof change extends fc.Arbitrary<infer T> ? T : never
  function apply(context: string, one: Change): void {
    const file = join(context, one.path)
    const stats = lstatSync(file, { throwIfNoEntry: false })
    if (one.kind === 'write') {
      rmSync(file, { force: true })
      writeOld(file, one.text)
    } else if (one.kind === 'link') {
      rmSync(file, { force: true })
      symlinkSync(one.to, file)
    } else if (stats === undefined) {
      return
    } else if (one.kind === 'rename') {
      renameSync(file, join(context, one.to))
    } else if (one.kind === 'remove') {
      rmSync(file)
    } else if (stats.isFile()) {
      if (one.kind === 'edit in secret') editInSecret(file, one.text)
      if (one.kind === 'chmod') chmodSync(file, one.mode)
      if (one.kind === 'touch') utimesSync(file, one.seconds, one.seconds)
    }
  }

  /** The content of the context, told in another way. */
  function inputsOf(context: string): string {
    return ['a', 'b', 'src/a', 'src/b']
      .map((name) => {
        const stats = lstatSync(join(context, name), { throwIfNoEntry: false })
        if (stats === undefined) return `${name}: none`
        if (stats.isSymbolicLink()) return `${name}: link to ${readlinkSync(join(context, name))}`
        return `${name}: ${stats.mode} ${readFileSync(join(context, name), 'utf8')}`
      })
      .join('\n')
  }
})
