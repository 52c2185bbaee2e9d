import type { Config, Environment, EvidenceChoice } from '../../config/config.ts'
import { type EngineName, engineNames } from '../../drivers/engines.ts'
import { CommandError } from '../../exec/command-error.ts'
import { withTests } from '../../plan/environment-tasks.ts'
import type { StrategyName } from '../../plan/plan.ts'
import { type EnvironmentRecord, type EnvironmentState, isWanted } from '../../state/environment-record.ts'
import {
  createRunDirectory,
  newRunId,
  type RunDirectory,
  removeTemporary,
} from '../../state/run-directory.ts'
import { executeTask } from '../../tasks/execute.ts'
import { removeEnvironment } from '../../tasks/remove-environment.ts'
import type { BuildChoices, RunScope, TestCommand } from '../../tasks/run-scope.ts'
import { variablesFor } from '../../tasks/variables.ts'
import { spanIdOf, traceOf, traceparentOf } from '../../util/trace-context.ts'
import { coverageRecord } from '../coverage/take-coverage.ts'
import { environmentId, projectId } from '../environment-id.ts'
import { type Evidence, gatherEvidence } from '../evidence/gather.ts'
import { serveValues } from '../generated/serve-values.ts'
import { valueFiles } from '../generated/value-files.ts'
import {
  type HandOver,
  handOver,
  handOverDirectory,
  handOverFiles,
  writeHandOver,
} from '../hand-over/hand-over.ts'
import type { Host, UsableEngine } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import type { Owner } from '../owner/hold.ts'
import { describeReaped } from '../owner/reaped.ts'
import { removalOf } from '../owner/removal.ts'
import { machineFacts } from '../prepare/facts.ts'
import { type Prepared, prepare } from '../prepare/prepare.ts'
import { admit } from './admission.ts'
import { imageScope } from './image-scope.ts'
import { lateValues } from './late-values.ts'
import { leasePorts } from './lease-ports.ts'
import { openArchive } from './open-archive.ts'
import { hasFailedAttempts, type RunEnd, type RunPlanOptions, runPlan } from './run-plan.ts'

export interface UpOptions extends RunPlanOptions {
  readonly config: Config
  readonly environment: Environment
  readonly strategy: StrategyName
  readonly host: Host
  /** Directory with images that somebody has built already: those are loaded instead of built. */
  readonly archive?: string
  /** The engine to work with, where the provider leaves a choice; otherwise the first that can be used. */
  readonly engine?: EngineName
  /** Builds without the engine's cache, and takes no image that is there already; default no. */
  readonly isFresh?: boolean
  /** Has programs measure themselves; what they have written is collected by `test`, or else by `down`. Default no. */
  readonly isCoverage?: boolean
  /** Replaces a cluster that is there and is not as the configuration says; default no. */
  readonly recreates?: boolean
  /** When evidence is gathered, instead of what the environment says. */
  readonly evidence?: EvidenceChoice
  /** How long after the run somebody wants it, milliseconds: then `gc` removes it. Default for ever. */
  readonly keepForMs?: number
}

/** An environment as a run has left it. */
export interface BroughtUp extends RunEnd {
  readonly run: RunDirectory
  readonly record: EnvironmentRecord
  readonly engine: UsableEngine
  /** Whether there was something of it before this run that was left for somebody. */
  readonly wasKnown: boolean
  /** The page that tells what went wrong, where evidence was gathered. */
  readonly evidenceIndex?: string
  /** Present when the environment is up. */
  readonly handOver?: HandOver
}

/** Tests that end a run: how they are started, given what the environment hands over, and how long they may take. */
export interface Tests {
  readonly command: (handOver: HandOver) => TestCommand
  readonly timeoutMs: number
}

export interface BringUpOptions extends UpOptions {
  readonly command: 'up' | 'test'
  readonly tests?: Tests
  /** Whether what was brought up is to stay; default yes. What isn't is never taken for something that is. */
  readonly keeps?: (end: Pick<BroughtUp, 'outcome' | 'wasKnown'>) => boolean
  /** Until when it stays, given what there was of it before: wall clock, milliseconds since the epoch; or for ever. */
  readonly keepUntil: (known: EnvironmentRecord | undefined) => number | undefined
}

/** Everything that can be said against bringing it up before anything happens; throws `InvalidInput`. */
export async function prepareUp(options: UpOptions): Promise<{
  readonly owner: Owner
  readonly prepared: Prepared
  readonly choices: BuildChoices
}> {
  const { config, environment, strategy, host, archive, signal, isCoverage = false } = options
  const prepared = await prepare(config, environment, strategy, host, { signal, isCoverage })
  // A second `up` changes nothing, and so gives no new names.
  const choices: BuildChoices = {
    isFresh: options.isFresh === true,
    isCoverage,
    keepsTags: true,
    ...(archive === undefined ? {} : { archive: await openArchive(archive, host.exec()) }),
  }
  return {
    owner: { id: environmentId(config, environment), projectId: projectId(config) },
    prepared,
    choices,
  }
}

/** Runs the plan of an environment, on behalf of its holder. What this run made goes again after an interrupt. */
export async function bringUp(
  options: BringUpOptions,
  { owner, prepared, choices }: Awaited<ReturnType<typeof prepareUp>>,
): Promise<BroughtUp> {
  const { config, environment, host, signal, tests } = options
  const { provider } = prepared
  const known = host.store.read(owner.id)
  refuseOtherProvider(known, environment)
  const engine = await provider.openEngine(host, host.exec(owner.id), {
    signal,
    preference: engineNames.find((name) => name === known?.engine) ?? options.engine,
  })
  await prepared.served.check?.({ host, id: owner.id, engine, signal })
  const admitted = await admit(prepared.plan, prepared.config, host, engine, {
    isUp: known !== undefined,
    signal,
  })
  const hostPorts = await leasePorts(host, owner.id, prepared.served.hostPorts)

  const run = createRunDirectory(config.root, newRunId(host.clock.epochMs()))
  const record = recordOf(options, engine, run, known)
  const wasKnown = known !== undefined && isWanted(known)
  host.store.write({
    ...record,
    ...(wasKnown ? { state: 'changing', ...lifetimeOf(known.keepUntil) } : { state: 'starting' }),
  })
  if (choices.isCoverage)
    host.store.coverage(owner.id).write(coverageRecord(run.path, config.root, prepared.measured))
  else host.store.coverage(owner.id).remove()
  const served = await serveValues(config, environment, host, prepared)
  const images = await imageScope(host, prepared.config, owner, engine, { run, choices, signal })
  const directory = handOverDirectory(config, environment)
  const variablesOf: RunScope['variablesOf'] = new Map()
  const cluster = served.open({
    host,
    id: owner.id,
    engine,
    hostPorts,
    images,
    run,
    variablesOf: (service) => variablesOf.get(service) ?? {},
    imageNamed: prepared.manifests.imageNamed,
    handOverDirectory: directory,
    recreates: options.recreates === true,
  })
  const handOverNow = () => {
    const content = completed(contentOf(options, prepared, scope), options, resolve)
    writeHandOver(config, environment, content)
    return content
  }
  const outputs: RunScope['outputs'] = new Map()
  const { files } = valueFiles(directory, config.generated)
  const resolve = lateValues(host.env, files, { provided: images.provided, cluster, outputs })
  const scope: RunScope = {
    ...images,
    cluster,
    placeOf: prepared.manifests.placeOf,
    redactor: host.redactor,
    results: host.store.results(owner.id),
    outputs,
    variablesOf,
    forwardsOf: prepared.forwards,
    resolve,
    hostVariables: () => contentOf(options, prepared, scope).variables,
    traceVariables: (task) => {
      const { traceId } = traceOf(run.id, host.env.TRACEPARENT)
      return { TRACEPARENT: traceparentOf(traceId, spanIdOf(run.id, task)) }
    },
    ...(tests === undefined ? {} : { tests: () => tests.command(handOverNow()) }),
  }
  const plan =
    tests === undefined
      ? admitted.plan
      : withTests(admitted.plan, tests.timeoutMs, machineFacts(config, host.history))
  const execute: Parameters<typeof runPlan>[0]['execute'] = (task, context) =>
    executeTask(task, scope, context)
  let evidence: Evidence | undefined
  // E3: what can be seen is written down first, while all still stands; what stops services comes after that.
  const beforeTeardown: Parameters<typeof runPlan>[0]['beforeTeardown'] = async (outcome, told, note) => {
    const place = { host, id: owner.id, engine, handOverDirectory: directory }
    const when = options.evidence ?? environment.evidence.when
    evidence = await gatherEvidence(
      {
        ...place,
        inspection: provider.inspect(place),
        spec: { ...environment.evidence, when },
        root: config.root,
        plan,
        run,
        signal,
        note,
      },
      outcome,
      told,
    )
  }
  const end = await runPlan(
    { command: options.command, plan, scope, execute, beforeTeardown },
    options,
    host,
    engine,
    [...admitted.warnings, ...reapedBefore(host, owner.id)],
  )
  // Now it is known what came of the teardown, too.
  evidence?.updateIndex(end.told)
  const about = {
    run,
    engine,
    wasKnown,
    ...(evidence === undefined ? {} : { evidenceIndex: evidence.index }),
  }
  const finished = (state: EnvironmentState): EnvironmentRecord => {
    const isKept = options.keeps?.({ outcome: end.outcome, wasKnown }) ?? true
    const keepUntil = options.keepUntil(wasKnown ? known : undefined)
    return { ...record, state: isKept ? state : 'removing', ...lifetimeOf(keepUntil) }
  }
  try {
    if (end.outcome === 'succeeded') {
      if (hasFailedAttempts(end)) await engine.engine.removeUnfinished(owner.id)
      await removeSuperseded(scope)
      const up = finished('up')
      host.store.write(up)
      return { ...end, ...about, record: up, handOver: handOverNow() }
    }
    const failed = finished('failed')
    if (end.outcome === 'interrupted' && !wasKnown) {
      await removeEnvironment(record, removalOf(host, record, engine), {})
    } else {
      host.store.write(failed)
      await removeUnfinished(engine, owner)
    }
    return { ...end, ...about, record: failed }
  } finally {
    cluster.close?.()
    removeTemporary(run)
  }
}

/** An engine that has died cannot; then the next run does, and the failure of this one is still worth telling. */
async function removeUnfinished({ engine }: UsableEngine, { id }: Owner): Promise<void> {
  try {
    await engine.removeUnfinished(id)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
  }
}

/** What a reaper did since the last run, told once. */
function reapedBefore(host: Host, id: string): string[] {
  const reaped = host.reaped.read(id)
  host.reaped.remove(id)
  return reaped === undefined ? [] : [describeReaped(reaped)]
}

function lifetimeOf(keepUntil: number | undefined): Pick<EnvironmentRecord, 'keepUntil'> {
  return keepUntil === undefined ? {} : { keepUntil }
}

function recordOf(
  { config, environment, host }: UpOptions,
  { engine }: UsableEngine,
  run: RunDirectory,
  known: EnvironmentRecord | undefined,
): Omit<EnvironmentRecord, 'state'> {
  return {
    id: environmentId(config, environment),
    kind: 'environment',
    project: config.project,
    projectId: projectId(config),
    environment: environment.name,
    configFile: config.file,
    provider: environment.cluster.provider,
    engine: engine.name,
    createdAt: known?.createdAt ?? host.clock.epochMs(),
    runs: [...(known?.runs ?? []), run.id],
    directories: [handOverDirectory(config, environment), run.temporary],
  }
}

/** Two clusters for one environment: neither `down` nor its tests could tell them apart. */
function refuseOtherProvider(known: EnvironmentRecord | undefined, { name, cluster }: Environment): void {
  if (known === undefined || known.provider === cluster.provider) return
  throw new OperationError(
    'E_ENVIRONMENT_BUSY',
    `${name} is up on ${known.provider}, and ${cluster.provider} is asked for`,
    `take it down first: \`kindling down ${name}\``,
  )
}

/** Takes back the names of earlier runs that nothing of the environment goes by any more. */
async function removeSuperseded({ engine, journal, provided, cluster }: RunScope): Promise<void> {
  const current = new Set([...provided.values()].map(({ reference }) => reference))
  const superseded = journal.images().filter((reference) => !current.has(reference))
  await cluster.unload?.(superseded, {})
  for (const reference of superseded) {
    await engine.removeImage(reference)
    journal.append({ kind: 'image-removed', reference })
  }
}

function contentOf(
  { config, environment }: UpOptions,
  { services }: Prepared,
  { provided, cluster, run, outputs }: RunScope,
): HandOver {
  const { files, variables } = valueFiles(handOverDirectory(config, environment), config.generated)
  const images = [...provided].map(([name, { reference, id }]) => [name, { reference, id }] as const)
  return handOver(
    {
      environment: environment.name,
      id: environmentId(config, environment),
      run: run.id,
      images: Object.fromEntries(images),
      generated: files,
    },
    services,
    (service, port) => cluster.hostPort(service, port),
    (service) => outputs.get(service) ?? {},
    { ...cluster.variables?.(), ...variables },
  )
}

/** With what is there only once all is up, and is for tests alone: the same for whoever runs them. */
function completed(
  content: HandOver,
  { config, environment }: UpOptions,
  resolve: RunScope['resolve'],
): HandOver {
  const { test } = environment
  const variables = {
    ...content.variables,
    KINDLING_ENV_FILE: handOverFiles(config, environment).json,
    ...(test === undefined ? {} : variablesFor(test, resolve)),
  }
  return { ...content, variables }
}
