// Runs the campaign of faults, or cycles of up and down, as often as wanted:
//
//     npm run faults -- --runs 200 --seed 1 [--only kill]
//     npm run faults -- --cycles 100
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '../..')
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    cycles: { type: 'string' },
  },
})

const numbers = { runs: values.runs, seed: values.seed, cycles: values.cycles }
const wrong = Object.entries(numbers).find(([, value]) => value !== undefined && !/^[1-9]\d*$/.test(value))
if (wrong !== undefined) {
  console.error(`--${wrong[0]} must be a whole number from 1 on, not ${wrong[1]}`)
  process.exit(2)
}

const env = { ...process.env }
for (const [name, value] of Object.entries(values)) env[`KINDLING_FAULT_${name.toUpperCase()}`] = value
const file = values.cycles === undefined ? 'campaign' : 'cycles'
const vitest = join(root, 'node_modules', '.bin', 'vitest')
const { status } = spawnSync(vitest, ['run', '--project', 'faults', `test/faults/${file}.test.ts`], {
  cwd: root,
  env,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
