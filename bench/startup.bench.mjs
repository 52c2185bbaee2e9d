import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatSpread, spread, table } from './measure.mjs'

export const title = 'Start-up: kindling --help beside an empty Node process'

const bin = fileURLToPath(new URL('../bin/kindling.js', import.meta.url))
const rounds = 21

/** The two are started by turns, so that a slow moment of the machine hits both. */
export async function bench() {
  if (!existsSync(bin)) return 'Skipped: bin/kindling.js does not exist.'
  const empty = []
  const help = []
  time(['-e', '0'])
  time([bin, '--help'])
  for (let round = 0; round < rounds; round++) {
    empty.push(time(['-e', '0']))
    help.push(time([bin, '--help']))
  }

  const differences = help.map((ms, round) => ms - empty[round])
  const ratios = help.map((ms, round) => ms / empty[round])
  const rows = [
    ['node -e 0, ms', formatSpread(spread(empty))],
    ['kindling --help, ms', formatSpread(spread(help))],
    ['difference, ms', formatSpread(spread(differences))],
    ['ratio', formatSpread(spread(ratios), 2)],
  ]
  return `${table(['', 'median (min–max)'], rows)}\n\n${rounds} pairs after one to warm up; differences and ratios are of pairs.`
}

function time(args) {
  const startMs = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const durationMs = performance.now() - startMs
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with code ${status}\n${stderr}`)
  return durationMs
}
