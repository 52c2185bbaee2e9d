import type { Config, TestSpec } from '../config/config.ts'
import { parseDuration } from '../config/units.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import type { HandOver } from './hand-over/hand-over.ts'
import { type TestsEnd, testsEnd } from './hand-over/result-object.ts'
import { InvalidInput } from './operation-error.ts'
import { withOwner } from './owner/hold.ts'
import { bringUp, prepareUp, type UpOptions } from './run/bring-up.ts'
import { keepUntil } from './run/keep.ts'
import type { RunEnd } from './run/run-plan.ts'
import { keeps, type TakeDownOptions, type TakenDown, takeDown } from './run/take-down.ts'
import { checkTestProgram } from './test-program.ts'

export interface TestOptions extends UpOptions, TakeDownOptions {
  /** A program and its arguments instead of what the configuration says. */
  readonly run?: readonly string[]
}

export interface TestResult extends RunEnd, TakenDown {
  readonly run: RunDirectory
  /** The page that tells what went wrong, where evidence was gathered. */
  readonly evidenceIndex?: string
  /** What came of the tests; absent where the run ended without a word on them. */
  readonly tests?: TestsEnd
  readonly handOver?: HandOver
}

/** For tests that only the command line names. */
const defaultTimeout = '30m'

/**
 * Brings an environment up, runs its tests and takes it down again. The tests' failure is the run's, with an exit code
 * of its own. Throws `InvalidInput` or `OperationError` before any effect.
 */
export async function test(options: TestOptions): Promise<TestResult> {
  const { host } = options
  const spec = testSpecOf(options)
  checkTestProgram(spec, options)
  const ready = await prepareUp(options)
  const work = {
    timeoutMs: spec.timeoutMs,
    command: ({ variables }: HandOver) => ({ run: spec.run, env: variables }),
  }
  const run = async () => {
    const end = await bringUp(
      {
        ...options,
        ...{ command: 'test', tests: work },
        keeps: ({ outcome, wasKnown }) => keeps(options.keep, outcome, wasKnown),
        keepUntil: (known) => keepUntil(options, known, host.clock.epochMs()),
      },
      ready,
    )
    const tests = testsEnd(end.result, options.environment)
    return {
      ...end,
      ...(await takeDown(end, end.outcome, options)),
      ...(tests === undefined ? {} : { tests }),
    }
  }
  return withOwner(host, ready.owner, 'test', run, options.signal)
}

function testSpecOf({ run, config, environment }: TestOptions): TestSpec {
  const configured = environment.test
  if (run !== undefined && run.length > 0) {
    return { env: new Map(), timeoutMs: parseDuration(defaultTimeout), ...configured, run }
  }
  if (configured === undefined) throw new InvalidInput([noTests(config, environment)])
  return configured
}

function noTests(config: Config, environment: UpOptions['environment']): InvalidInput['diagnostics'][number] {
  const { name } = environment
  const location = config.locate(['environments', name])
  return {
    code: 'E_CONFIG_ENVIRONMENT',
    severity: 'error',
    message: `environment \`${name}\` does not say what its tests are`,
    ...(location === undefined ? {} : { location }),
    hint: `add \`test: { run: … }\` to it, or name them: \`kindling test ${name} -- npm run test:e2e\``,
  }
}
