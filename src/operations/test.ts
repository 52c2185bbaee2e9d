import type { Config, TestSpec } from '../config/config.ts'
import { parseDuration } from '../config/units.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import { removeEnvironment } from '../tasks/remove-environment.ts'
import type { RunScope } from '../tasks/run-scope.ts'
import { variablesFor } from '../tasks/variables.ts'
import { type BroughtUp, bringUp, prepareUp, type UpOptions } from './bring-up.ts'
import type { HandOver } from './hand-over.ts'
import { withOwner } from './hold.ts'
import type { Keep } from './keep.ts'
import { InvalidInput } from './operation-error.ts'
import { removalOf } from './removal.ts'
import type { RunEnd } from './run-plan.ts'

export interface TestOptions extends UpOptions {
  /** A program and its arguments instead of what the configuration says. */
  readonly run?: readonly string[]
  /** Without it, what was up before stays, and anything else goes. */
  readonly keep?: Keep
  /** Told of each thing that was removed, in a few words. */
  readonly onRemoved: (what: string) => void
}

export interface TestResult extends RunEnd {
  readonly run: RunDirectory
  /** The page that tells what went wrong, where evidence was gathered. */
  readonly evidenceIndex?: string
  readonly isKept: boolean
  /** What taking it down took, after the run. */
  readonly removalMs: number
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
  const ready = await prepareUp(options)
  const tests = {
    timeoutMs: spec.timeoutMs,
    command: ({ variables }: HandOver, resolve: RunScope['resolve']) => ({
      run: spec.run,
      env: { ...variables, ...variablesFor(spec, resolve) },
    }),
  }
  return withOwner(host, ready.owner, 'test', async () => {
    const end = await bringUp({ ...options, command: 'test', tests }, ready)
    const isKept = keeps(options.keep, end)
    const startMs = host.clock.now()
    if (!isKept && host.store.read(end.record.id) !== undefined) {
      await removeEnvironment(end.record, removalOf(host, end.record, end.engine, options.onRemoved), {})
    }
    return { ...end, isKept, removalMs: host.clock.now() - startMs }
  })
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

function keeps(keep: Keep | undefined, { outcome, wasKnown }: BroughtUp): boolean {
  switch (keep) {
    case undefined:
      return wasKnown
    case 'on-failure':
      return outcome === 'failed'
    default:
      return keep === 'always' && outcome !== 'interrupted'
  }
}
