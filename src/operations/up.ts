import type { Config, Environment } from '../config/config.ts'
import { PodCluster } from '../drivers/pods/pod-cluster.ts'
import type { StrategyName } from '../plan/plan.ts'
import type { EnvironmentRecord } from '../state/environment-record.ts'
import { createRunDirectory, newRunId, type RunDirectory, removeTemporary } from '../state/run-directory.ts'
import { executeTask } from '../tasks/execute.ts'
import { removeEnvironment } from '../tasks/remove-environment.ts'
import type { BuildChoices, ImageScope, RunScope } from '../tasks/run-scope.ts'
import { environmentId, projectId } from './environment-id.ts'
import { type HandOver, handOver, handOverDirectory, writeHandOver } from './hand-over.ts'
import { withOwner } from './hold.ts'
import type { Host, OpenEngine } from './host.ts'
import { imageScope } from './image-scope.ts'
import { leasePorts } from './lease-ports.ts'
import { openArchive } from './open-archive.ts'
import { type Prepared, prepare } from './prepare.ts'
import { removalOf } from './removal.ts'
import { type RunEnd, type RunPlanOptions, runPlan } from './run-plan.ts'

export interface UpOptions extends RunPlanOptions {
  readonly config: Config
  readonly environment: Environment
  readonly strategy: StrategyName
  readonly host: Host
  /** Directory with images that somebody has built already: those are loaded instead of built. */
  readonly archive?: string
}

export interface UpResult extends RunEnd {
  readonly run: RunDirectory
  /** Present when the environment is up. */
  readonly handOver?: HandOver
}

/**
 * Brings an environment up, and leaves it. What is up already and unchanged stays as it is. After a failure, what
 * stands is kept for a look and for the next `up`; after an interrupt, what this run made is removed again. Throws
 * `InvalidInput` or `OperationError` before any effect.
 */
export async function up(options: UpOptions): Promise<UpResult> {
  const { config, environment, host, signal } = options
  const prepared = await prepare(config, environment, options.strategy, host)
  // A second `up` changes nothing, and so gives no new names.
  const choices: BuildChoices = {
    isFresh: false,
    isCoverage: false,
    keepsTags: true,
    ...(options.archive === undefined ? {} : { archive: await openArchive(options.archive, host.exec()) }),
  }
  const owner = { id: environmentId(config, environment), projectId: projectId(config) }
  return withOwner(host, owner, 'up', async () => {
    const engine = await host.openPodman(host.exec(owner.id), { signal })
    const hostPorts = await leasePorts(host, owner.id, prepared.services)
    for (const secret of prepared.translation.secrets) host.redactor.add(secret)

    const known = host.store.read(owner.id)
    const run = createRunDirectory(config.root, newRunId(host.clock.epochMs()))
    const record = recordOf(options, run, known)
    host.store.write({ ...record, state: 'starting' })
    const images = await imageScope(host, config, owner, engine, run, choices, undefined)
    const scope = { ...images, cluster: clusterOf(options, prepared, engine, hostPorts, images) }
    const end = await runPlan(
      {
        command: 'up',
        plan: prepared.plan,
        scope,
        execute: (task, context) => executeTask(task, scope, context),
      },
      options,
      host,
      engine,
    )
    removeTemporary(run)

    if (end.outcome === 'succeeded') {
      await removeSuperseded(scope)
      host.store.write({ ...record, state: 'up' })
      const content = contentOf(options, prepared, scope)
      writeHandOver(config, environment, content)
      return { ...end, run, handOver: content }
    }
    if (end.outcome === 'interrupted' && known === undefined) {
      await removeEnvironment(record, removalOf(host, owner.id, engine), {})
    } else {
      await engine.engine.removeUnfinished(owner.id)
      host.store.write({ ...record, state: 'failed' })
    }
    return { ...end, run }
  })
}

function recordOf(
  { config, environment, host }: UpOptions,
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
    provider: environment.provider,
    createdAt: known?.createdAt ?? host.clock.epochMs(),
    runs: [...(known?.runs ?? []), run.id],
    directories: [handOverDirectory(config, environment), run.temporary],
  }
}

function clusterOf(
  { config, environment, host }: UpOptions,
  { manifests, translation }: Prepared,
  { podman, engine }: OpenEngine,
  hostPorts: ReadonlyMap<string, number>,
  { provided }: ImageScope,
): PodCluster {
  const id = environmentId(config, environment)
  return new PodCluster(podman, {
    environment: id,
    pods: translation.pods,
    hostPorts,
    volumeDirectory: host.volumeDirectory(id),
    imageId: async (reference) =>
      [...provided.values()].find((image) => image.reference === reference)?.id ?? engine.imageId(reference),
    imageFor: (text) => provided.get(manifests.imageNamed(text) ?? '')?.reference ?? text,
  })
}

/** Takes back the names of earlier runs that nothing of the environment goes by any more. */
async function removeSuperseded({ engine, journal, provided }: RunScope): Promise<void> {
  const current = new Set([...provided.values()].map(({ reference }) => reference))
  for (const reference of journal.images()) {
    if (current.has(reference)) continue
    await engine.removeImage(reference)
    journal.append({ kind: 'image-removed', reference })
  }
}

function contentOf(
  { config, environment }: UpOptions,
  { services }: Prepared,
  { provided, cluster, run }: RunScope,
): HandOver {
  const images = [...provided].map(([name, { reference, id }]) => [name, { reference, id }] as const)
  return handOver(
    {
      environment: environment.name,
      id: environmentId(config, environment),
      run: run.id,
      images: Object.fromEntries(images),
    },
    services,
    (service, port) => cluster.hostPort(service, port),
  )
}
