import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { down, environmentId, Host, loadConfig, selectEnvironment, up } from '../../src/index.ts'
import { Playground } from './playground.ts'

/** `npm run faults -- --cycles 100` has more. */
const cycles = Number(process.env.KINDLING_FAULT_CYCLES ?? 2)
/** Durations are remembered of the last five runs: so long the state grows. */
const settledAfter = Math.min(6, cycles - 1)
/** By how much remembered figures of the same number may differ in length. */
const slackKiB = 2
/** A pipe or socket may be on its way out in the moment in which they are counted. */
const slackFiles = 1

test('M4: up and down again and again, in one process, let nothing grow', async () => {
  await using playground = await Playground.make()
  // What the library starts has the variables of this process.
  using _ = withVariables(playground.env)
  const host = new Host({ ...process.env, ...playground.env })
  const signal = new AbortController().signal
  const figures: Record<string, number>[] = []
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const { config } = await loadConfig({ cwd: playground.root, env: host.env })
    const { environment } = config === undefined ? {} : selectEnvironment(config, 'e2e')
    if (config === undefined || environment === undefined)
      throw new Error('the tiny system is no longer valid')
    playground.change()
    const end = await up({
      ...{ config, environment, host, signal, strategy: 'pipelined', failureMode: 'continue' },
      report: () => () => {},
    })
    expect(end).toMatchObject({ outcome: 'succeeded' })
    const record = host.store.read(environmentId(config, environment))
    if (record === undefined) throw new Error('nobody knows that it is up')
    await down(record, { host, signal, onRemoved: () => {} })
    await playground.quiet(10_000)
    figures.push({ ...playground.figures(), ...ownFigures() })
    if (cycle === 1 || cycle % 10 === 0 || cycle === cycles) {
      console.log(`cycle ${cycle}: ${JSON.stringify(figures.at(-1))}`)
    }
  }
  const [first, settled, last] = [figures[0], figures[settledAfter], figures.at(-1)]
  expect(exactly(last)).toEqual(exactly(first))
  expect(last?.openFiles).toBeLessThanOrEqual((first?.openFiles ?? 0) + slackFiles)
  expect(last?.stateKiB).toBeLessThanOrEqual((settled?.stateKiB ?? 0) + slackKiB)
})

/** What may not differ at all from one cycle to another. */
function exactly(figures: Readonly<Record<string, number>> = {}): Record<string, number> {
  const { residentMiB: _memory, stateKiB: _state, openFiles: _files, ...rest } = figures
  return rest
}

/** Of this process. What it has in memory is told and not asserted: it is the collector's. */
function ownFigures(): Record<string, number> {
  return {
    // Without the one by which they are counted.
    openFiles: readdirSync('/proc/self/fd').length - 1,
    listeners: process.listenerCount('exit') + process.listenerCount('SIGINT'),
    residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
}

function withVariables(variables: Readonly<Record<string, string>>): Disposable {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  return {
    [Symbol.dispose]: () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    },
  }
}
