import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatSpread, spread, table } from './measure.mjs'

const fileCount = 50_000
const filesPerDirectory = 100
const rounds = 7
/** Files this young are not kept in the cache, milliseconds: they could still change without a trace. */
const racyMs = 2_500

export const title = `Fingerprint of a build context of ${fileCount} files`

const dist = new URL(
  process.env.KINDLING_DIST ? `file://${process.env.KINDLING_DIST}/` : '../dist/',
  import.meta.url,
)

/** Each figure is of a cache object of its own, as in a process of its own; the system's page cache is warm. */
export async function bench() {
  const { fingerprintBuild } = await import(new URL('images/fingerprint.js', dist))
  const { FileHashCache } = await import(new URL('images/file-hash-cache.js', dist))
  const root = mkdtempSync(join(tmpdir(), 'kindling-bench-'))
  try {
    const context = join(root, 'context')
    const bytes = writeContext(context)
    const inputs = { dockerfile: join(context, 'Dockerfile'), context, args: {}, bases: {}, engine: 'podman' }
    const cache = join(root, 'cache')
    const time = async (hashes) => {
      const startMs = performance.now()
      const { fingerprint } = await fingerprintBuild(inputs, hashes)
      return { fingerprint, ms: performance.now() - startMs }
    }
    await sleep(racyMs)
    await time()

    const figures = { without: [], cold: [], second: [], changed: [] }
    for (let round = 0; round < rounds; round++) {
      figures.without.push((await time()).ms)
      rmSync(cache, { recursive: true, force: true })
      const cold = await time(new FileHashCache(cache))
      const second = await time(new FileHashCache(cache))
      if (second.fingerprint !== cold.fingerprint) throw new Error('The same context has two fingerprints')
      writeFileSync(join(context, 'p0/d0/f0.js'), `round ${round}`)
      await sleep(racyMs)
      const changed = await time(new FileHashCache(cache))
      if (changed.fingerprint === cold.fingerprint) throw new Error('A changed file was overlooked')
      figures.cold.push(cold.ms)
      figures.second.push(second.ms)
      figures.changed.push(changed.ms)
    }
    const rows = [
      ['no cache: every file is read', figures.without],
      ['empty cache: every file is read, the cache written', figures.cold],
      ['second time: nothing has changed', figures.second],
      ['one file has changed', figures.changed],
    ].map(([name, values]) => [name, formatSpread(spread(values), 0)])
    const head = ['', 'ms: median (min–max)']
    return `${table(head, rows)}\n\n${rounds} rounds after one to warm up; ${(bytes / 1e6).toFixed(0)} MB in ${fileCount} files.`
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** Sources as a repository with its packages has them: many small files, some directories deep, an ignore file. */
function writeContext(context) {
  let bytes = 0
  for (let d = 0; d * filesPerDirectory < fileCount; d++) {
    const directory = join(context, `p${d % 20}`, `d${d}`)
    mkdirSync(directory, { recursive: true })
    for (let f = 0; f < filesPerDirectory; f++) {
      const text = `file ${d}.${f};`.repeat(20 + ((d * f) % 400))
      writeFileSync(join(directory, `f${f}.js`), text)
      bytes += text.length
    }
  }
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  writeFileSync(join(context, '.dockerignore'), '.git\n**/node_modules\n**/*.log\ndist\n!dist/keep.txt\n')
  return bytes
}
