import { randomBytes } from 'node:crypto'
import { availableParallelism, totalmem } from 'node:os'
import { applyEvent, emptyRecord, type RunRecord } from '../../engine/records.ts'
import type { StrategyName } from '../../plan/plan.ts'
import type { RunDirectory } from '../../state/run-directory.ts'
import { repositoryOf } from '../../tasks/image-names.ts'
import { down } from '../down.ts'
import { environmentId } from '../environment-id.ts'
import type { HandOver } from '../hand-over/hand-over.ts'
import type { UsableEngine } from '../host.ts'
import { exitCodes, OperationError } from '../operation-error.ts'
import type { UpOptions } from '../run/bring-up.ts'
import { up } from '../up.ts'
import { withChangedFile } from './changed-file.ts'
import { hasFetched } from './fetched.ts'
import { type Measurement, measurementOf } from './measurement.ts'
import type { BenchState } from './states.ts'
import { workOf } from './work.ts'

export interface BenchOptions extends Omit<UpOptions, 'strategy' | 'isFresh'> {
  /** At least one; run by turns, each time another first. */
  readonly strategies: readonly StrategyName[]
  readonly rounds: number
  readonly states: readonly BenchState[]
  /** Absolute path of the file that is another in `changed`; without it that state cannot be measured. */
  readonly changedFile?: string
  /** Told before each run, which waits for it; and why one that did not count is done again, in a few words. */
  readonly onRun: (of: Pick<Measurement, 'state' | 'strategy' | 'round'>, again?: string) => Promise<void>
  /** Told after it. */
  readonly onMeasured: (measurement: Measurement) => void
}

/** What is measured, and where. */
export interface BenchSubject {
  readonly project: string
  readonly environment: string
  readonly provider: string
  readonly machine: { readonly cpus: number; readonly memoryBytes: number; readonly platform: string }
}

/** What was measured, and what it can be compared with. */
export interface BenchResult extends BenchSubject {
  readonly version: 1
  /** ISO 8601. */
  readonly measuredAt: string
  /** What each run of a state had to do, as a hash. */
  readonly work: Readonly<Partial<Record<BenchState, string>>>
  readonly measurements: readonly Measurement[]
}

export interface BenchEnd {
  readonly exitCode: number
  readonly result: BenchResult
  /** The run that did not succeed, which ended the benchmark. */
  readonly failed?: { readonly record: RunRecord; readonly run: RunDirectory }
}

/**
 * Brings an environment up and takes it down again, by each strategy in turn and several times over, and measures it.
 * Ends with the first run that fails. Throws `InvalidInput` or `OperationError` before any effect, and `OperationError`
 * when the environment is another one in the middle of it.
 */
export async function bench(options: BenchOptions): Promise<BenchEnd> {
  const { signal, strategies, rounds } = options
  refuseRunning(options)
  const bench = new Bench(options)
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const strategy of rotated(strategies, round - 1)) {
        if (signal.aborted || !(await bench.measure(strategy, round))) return bench.end()
      }
    }
    return bench.end()
  } finally {
    await bench.cleanUp()
  }
}

/** What a benchmark of this environment would measure on this machine. */
export function benchSubject({
  config,
  environment,
}: Pick<BenchOptions, 'config' | 'environment'>): BenchSubject {
  return {
    project: config.project,
    environment: environment.name,
    provider: environment.cluster.provider,
    machine: {
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      platform: `${process.platform}/${process.arch}`,
    },
  }
}

function refuseRunning({ config, environment, host }: BenchOptions): void {
  if (host.store.read(environmentId(config, environment)) === undefined) return
  throw new OperationError(
    'E_ENVIRONMENT_BUSY',
    `${environment.name} is up, and a benchmark would take it down`,
    `take it down first: \`kindling down ${environment.name}\``,
  )
}

/** Whoever runs first in a round finds the machine as the round before has left it: each is that in turn. */
function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const first = by % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

class Bench {
  readonly #options: BenchOptions
  readonly #measurements: Measurement[] = []
  readonly #work = new Map<BenchState, string>()
  #failed: BenchEnd['failed']
  #exitCode = 0
  /** Names by which images stay while their environment is down. */
  #kept: readonly string[] | undefined

  constructor(options: BenchOptions) {
    this.#options = options
  }

  /** All states of one strategy, one after another; whether the benchmark can go on. */
  async measure(strategy: StrategyName, round: number): Promise<boolean> {
    const { states, changedFile } = this.#options
    const has = (state: BenchState) => states.includes(state)
    const of = { strategy, round }
    try {
      if (has('cold') && !(await this.#run({ ...of, state: 'cold' }))) return false
      if (!has('warm') && !has('changed')) return true
      // Who measures nothing cold has the images made once, and nobody's time is taken.
      if (this.#kept === undefined && !(await this.#bringUp(strategy))) return false
      await this.#down()
      const isUp = has('warm')
        ? await this.#run({ ...of, state: 'warm' })
        : (await this.#bringUp(strategy)) !== undefined
      if (!isUp || !has('changed') || changedFile === undefined) return isUp
      return await withChangedFile(changedFile, () => this.#run({ ...of, state: 'changed' }))
    } finally {
      await this.#down()
    }
  }

  end(): BenchEnd {
    return {
      exitCode: this.#exitCode,
      result: {
        version: 1,
        ...benchSubject(this.#options),
        measuredAt: new Date(this.#options.host.clock.epochMs()).toISOString(),
        work: Object.fromEntries(this.#work),
        measurements: this.#measurements,
      },
      ...(this.#failed === undefined ? {} : { failed: this.#failed }),
    }
  }

  /** Removes the images that were kept from run to run. */
  async cleanUp(): Promise<void> {
    if (this.#kept === undefined) return
    const { host } = this.#options
    const { engine } = await this.#engine()
    for (const reference of this.#kept) {
      await engine.removeImage(reference)
      await host.built(engine.name).remove(reference)
    }
  }

  /** Whether the run has succeeded. */
  async #run(of: Pick<Measurement, 'state' | 'strategy' | 'round'>): Promise<boolean> {
    await this.#options.onRun(of)
    const isCold = of.state === 'cold'
    let record = await this.#bringUp(of.strategy, isCold)
    if (record !== undefined && isCold && hasFetched(record)) {
      // They stay, and whoever was first would have had more to do than all others.
      await this.#options.onRun(of, 'external images had to be fetched')
      await this.#down()
      record = await this.#bringUp(of.strategy, isCold)
    }
    if (record === undefined) return false
    this.#refuseOtherWork(of.state, workOf(record))
    const measurement = await measurementOf(record, of)
    this.#measurements.push(measurement)
    this.#options.onMeasured(measurement)
    return true
  }

  /** The record of the run, if the environment is up then; otherwise it is what the benchmark has failed at. */
  async #bringUp(strategy: StrategyName, isFresh = false): Promise<RunRecord | undefined> {
    const record = emptyRecord()
    const { outcome, exitCode, run, handOver } = await up({
      ...this.#options,
      strategy,
      isFresh,
      report: (directory) => {
        const report = this.#options.report(directory)
        return (event) => {
          applyEvent(record, event)
          report(event)
        }
      },
    })
    if (outcome === 'succeeded' && handOver !== undefined) {
      await this.#keepImages(handOver)
      return record
    }
    this.#exitCode = exitCode
    this.#failed = { record, run }
    return undefined
  }

  /** Gives all that was built a name that outlives the environment. */
  async #keepImages({ images }: HandOver): Promise<void> {
    if (this.#kept !== undefined) return
    const { config, host } = this.#options
    const { engine } = await this.#engine()
    const tag = `bench-${randomBytes(4).toString('hex')}`
    const names = Object.entries(images).flatMap(([name, { id }]) => {
      const image = config.images.get(name)
      return image?.kind === 'built' ? [{ id, reference: `${repositoryOf(image)}:${tag}` }] : []
    })
    this.#kept = names.map(({ reference }) => reference)
    // Known before it is there: whatever ends this process, `gc --all` finds it.
    await host.built(engine.name).add(...this.#kept)
    for (const { id, reference } of names) await engine.tag(id, reference)
  }

  #engine(): Promise<UsableEngine> {
    const { host, engine: preference } = this.#options
    return host.openEngine(host.exec(), { signal: neverAborted, preference })
  }

  /** Files that changed between two runs would make one of them faster for no merit of its own. */
  #refuseOtherWork(state: BenchState, work: string): void {
    const before = this.#work.get(state) ?? work
    this.#work.set(state, before)
    if (before === work) return
    throw new OperationError(
      'E_BENCH_DIFFERENT',
      `the environment has changed since the first ${state} run: its tasks or images are different`,
      'leave the files of the project alone during the measurement, and start again',
      { exitCode: exitCodes.usage },
    )
  }

  async #down(): Promise<void> {
    const { config, environment, host } = this.#options
    const record = host.store.read(environmentId(config, environment))
    if (record === undefined) return
    // Also after an interrupt: what a benchmark has made is nobody's.
    await down(record, { host, signal: neverAborted, onRemoved: () => {} })
  }
}

const neverAborted = new AbortController().signal
