import type { Config, Environment } from '../../config/config.ts'
import type { CoverageResult } from '../../coverage/result.ts'
import type { Outcome, RunOutcome } from '../../engine/outcome.ts'
import type { RunDirectory } from '../../state/run-directory.ts'
import { environmentId } from '../environment-id.ts'
import type { RunEnd } from '../run/run-plan.ts'
import { type FailedTask, failedTasks } from './failed-tasks.ts'
import { type HandOver, handOverFiles, shownHandOver } from './hand-over.ts'

/**
 * The one object that `up` and `test` write with `--output json`, for the programs that start them. What stands here
 * stays; more may come. Described in docs/tests.md.
 */
export interface ResultObject extends Partial<Omit<HandOver, 'version' | 'environment' | 'id' | 'run'>> {
  readonly version: HandOver['version']
  readonly outcome: RunOutcome
  readonly exitCode: number
  readonly environment: string
  readonly id: string
  readonly run: string
  readonly runDirectory: string
  /** Why it did not succeed: the tasks that failed by themselves first, then those that did not run because of them. */
  readonly failures: readonly FailedTask[]
  /** What came of the tests. */
  readonly tests?: TestsEnd
  /** The page that tells what went wrong, where evidence was gathered. */
  readonly evidence?: string
  /** Whether the environment stays after its tests. */
  readonly isKept?: boolean
  /** Until when what is kept is wanted, in ISO 8601; absent for ever. */
  readonly keepUntil?: string
  /** What was measured of the services, and where the report is. */
  readonly coverage?: CoverageResult
  /** Absolute paths of the hand-over files, while the environment is up. */
  readonly files?: { readonly json: string; readonly dotenv: string }
}

export interface TestsEnd {
  /** Not `succeeded` also when they never ran: then it is `blocked` or `cancelled`. */
  readonly outcome: Outcome
  /** Of their command, unless a signal or the time limit has ended it. */
  readonly exitCode?: number
}

interface Ended extends Pick<RunEnd, 'outcome' | 'exitCode' | 'result'> {
  readonly run: Pick<RunDirectory, 'id' | 'path'>
  readonly handOver?: HandOver
  readonly evidenceIndex?: string
  readonly isKept?: boolean
  readonly keepUntil?: number
  readonly coverage?: CoverageResult
}

/** What a run has come to. Without the variables that hold secrets: those are in the files. */
export function resultObject(
  { config, environment }: { readonly config: Config; readonly environment: Environment },
  { outcome, exitCode, result, run, handOver, evidenceIndex, isKept, keepUntil, coverage }: Ended,
): ResultObject {
  const tests = testsEnd(result, environment)
  return {
    ...{ version: 1, outcome, exitCode, environment: environment.name },
    ...{ id: environmentId(config, environment), run: run.id, runDirectory: run.path },
    failures: failedTasks(result),
    ...(evidenceIndex === undefined ? {} : { evidence: evidenceIndex }),
    ...(tests === undefined ? {} : { tests }),
    ...(isKept === undefined ? {} : { isKept }),
    ...(keepUntil === undefined ? {} : { keepUntil: new Date(keepUntil).toISOString() }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(handOver === undefined ? {} : shownHandOver(handOver, config, environment)),
    ...(handOver === undefined || isKept === false ? {} : { files: handOverFiles(config, environment) }),
  }
}

/** What came of the tests of an environment, where the run was to have any. */
export function testsEnd({ tasks }: RunEnd['result'], { name }: Environment): TestsEnd | undefined {
  const task = tasks.get(`test:${name}`)
  if (task?.outcome === undefined) return undefined
  const exitCode = task.outcome === 'succeeded' ? 0 : task.failure?.exitCode
  return { outcome: task.outcome, ...(exitCode === undefined ? {} : { exitCode }) }
}
