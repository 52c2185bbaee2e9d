import { setTimeout as sleep } from 'node:timers/promises'
import type { Ended } from '../rig/project.ts'
import { type Fault, faults, type Scenario, scenarios } from './faults.ts'
import { kill, Playground } from './playground.ts'
import { Random } from './random.ts'

export interface CampaignOptions {
  readonly runs: number
  readonly seed: number
  /** Only faults whose name holds it. */
  readonly only?: string
  readonly print: (line: string) => void
}

export interface CampaignRun {
  readonly fault: string
  readonly scenario: Scenario
  /** When the fault struck, from the start of the command. */
  readonly atMs: number
  /** From the fault to when nothing ran any more. */
  readonly quietMs: number
  /** What was not as it must be; empty when all was well. */
  readonly problems: readonly string[]
}

/** No command may take longer than this after the fault, with an engine that must be killed first, milliseconds. */
const endLimitMs = 90_000
/** What survives a command that was killed must be gone by then. */
const quietLimitMs = 60_000
/** A run for each fault in turn, at a random moment of a random command; the same again for the same seed. */
export async function runCampaign({ runs, seed, only, print }: CampaignOptions): Promise<CampaignRun[]> {
  let playground = await Playground.make()
  try {
    const wholeMs = playground.firstMs
    print(`seed ${seed}; up, tests and down take ${seconds(wholeMs)}`)
    const wanted = faults.filter(({ name, needsDisk }) => {
      if (only !== undefined && !name.includes(only)) return false
      if (needsDisk !== true || playground.isDisk) return true
      print(`left out: ${name}, which needs a disk of its own, and only root can mount one`)
      return false
    })
    const results: CampaignRun[] = []
    for (let index = 0; index < runs; index++) {
      // Each run has numbers of its own, so that one of them can be repeated alone.
      const random = new Random(seed * 1_000_003 + index)
      const fault = wanted[index % wanted.length]
      if (fault === undefined) throw new Error(`no fault is called ${only}`)
      const result = await run(playground, fault, wholeMs, random)
      results.push(result)
      const { scenario, atMs, quietMs, problems } = result
      const outcome = problems.length === 0 ? 'ok' : 'FAILED'
      print(
        `${`${index + 1}`.padStart(4)}  ${outcome.padEnd(6)}  ${fault.name.padEnd(24)}  ${scenario.padEnd(6)}  at ${seconds(atMs)}, quiet after ${seconds(quietMs)}`,
      )
      for (const problem of problems) print(problem.replaceAll(/^/gm, '      '))
      if (problems.length === 0) continue
      // What one run has left must not be taken for what the next one leaves.
      await playground[Symbol.asyncDispose]()
      playground = await Playground.make()
    }
    return results
  } finally {
    await playground[Symbol.asyncDispose]()
  }
}

/** What a scenario's command takes about, as a share of all that `test` does. */
const shares: Readonly<Record<Scenario, number>> = { test: 1, up: 0.75, change: 0.75, build: 0.6, down: 0.35 }

function commandOf(scenario: Scenario): string[] {
  switch (scenario) {
    case 'change':
      return ['up']
    case 'build':
      return ['build', '--cleanup']
    default:
      return [scenario]
  }
}

/** What is up from before is what some scenarios begin with. */
async function arrange(playground: Playground, scenario: Scenario): Promise<void> {
  const isUp = playground.states().includes('up')
  const shouldBeUp = scenario === 'change' || scenario === 'down'
  if (isUp !== shouldBeUp) {
    const { exitCode, stderr } = await playground.kindling(shouldBeUp ? 'up' : 'down')
    if (exitCode !== 0) throw new Error(`the tiny system cannot be prepared:\n${stderr}`)
  }
  if (scenario === 'change') playground.change()
}

async function run(
  playground: Playground,
  fault: Fault,
  wholeMs: number,
  random: Random,
): Promise<CampaignRun> {
  const scenario = random.pick(fault.scenarios ?? scenarios)
  const atMs = random.next() * shares[scenario] * wholeMs
  await arrange(playground, scenario)
  const command = playground.start(commandOf(scenario), fault.env)
  await sleep(atMs)
  const struckMs = performance.now()
  const problems: string[] = []
  await fault.strike({ playground, command, random })
  const ended = await Promise.race([command.ended, sleep(endLimitMs, undefined)])
  if (ended === undefined) {
    const running = playground.processes().map(({ pid, commandLine }) => `runs: ${pid} ${commandLine}`)
    const what = [`it had not ended ${seconds(endLimitMs)} after the fault`, ...running, tail(command)]
    problems.push(what.join('\n'))
    kill(command.pid)
  } else if (!fault.exitCodes.includes(ended.exitCode)) {
    problems.push(`it ended with ${ended.exitCode}:\n${tail(ended)}`)
  }
  const surviving = await playground.quiet(quietLimitMs)
  const quietMs = performance.now() - struckMs
  problems.push(...surviving.map(({ pid, commandLine }) => `still runs: ${pid} ${commandLine}`))
  const isNew = scenario !== 'change' && scenario !== 'down'
  if (fault.leavesNothing === true && isNew && !playground.states().includes('up')) {
    problems.push(...playground.leftovers().map((thing) => `left before gc: ${thing}`))
  }
  problems.push(...(await cleanUp(playground)))
  problems.push(...playground.leftovers().map((thing) => `left: ${thing}`))
  const next = await playground.kindling('up')
  if (next.exitCode !== 0) problems.push(`the next one ended with ${next.exitCode}:\n${tail(next)}`)
  const output = ended === undefined || problems.length === 0 ? [] : [`it printed:\n${tail(ended)}`]
  return { fault: fault.name, scenario, atMs, quietMs, problems: [...problems, ...output] }
}

/** What was kept on purpose is taken down, as its owner would; `gc` must do for all else. */
async function cleanUp(playground: Playground): Promise<string[]> {
  const gc = await playground.kindling('gc')
  const problems = gc.exitCode === 0 ? [] : [`gc ended with ${gc.exitCode}:\n${tail(gc)}`]
  if (playground.states().length === 0) return problems
  const down = await playground.kindling('down')
  return down.exitCode === 0 ? problems : [...problems, `down ended with ${down.exitCode}:\n${tail(down)}`]
}

function tail({ stderr }: Pick<Ended, 'stderr'>): string {
  return stderr.trimEnd().split('\n').slice(-25).join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)}s`
}

/** Runs by fault, and those that failed. */
export function summarize(results: readonly CampaignRun[]): string[] {
  const names = [...new Set(results.map(({ fault }) => fault))]
  return names.map((name) => {
    const of = results.filter(({ fault }) => fault === name)
    const failed = of.filter(({ problems }) => problems.length > 0).length
    const slowest = Math.max(...of.map(({ quietMs }) => quietMs))
    return `${name.padEnd(24)}  ${`${of.length}`.padStart(4)} runs, ${failed} failed, quiet after ${seconds(slowest)} at most`
  })
}
