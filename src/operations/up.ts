import type { Config, Environment } from '../config/config.ts'
import { removeWorkingContainers } from '../drivers/podman/working-containers.ts'
import { PodCluster } from '../drivers/pods/pod-cluster.ts'
import type { StrategyName } from '../plan/plan.ts'
import { createRunDirectory, newRunId, type RunDirectory, removeTemporary } from '../state/run-directory.ts'
import { removeEnvironment } from '../tasks/remove-environment.ts'
import type { ProvidedImage, RunScope } from '../tasks/run-scope.ts'
import { environmentId } from './environment-id.ts'
import { type HandOver, handOver, handOverDirectory, writeHandOver } from './hand-over.ts'
import { withEnvironment } from './hold.ts'
import type { Host, OpenEngine } from './host.ts'
import { leasePorts } from './lease-ports.ts'
import { type Prepared, prepare } from './prepare.ts'
import { removalOf } from './removal.ts'
import { type RunEnd, type RunPlanOptions, runPlan } from './run-plan.ts'
import { tagger } from './tagger.ts'

export interface UpOptions extends RunPlanOptions {
  readonly config: Config
  readonly environment: Environment
  readonly strategy: StrategyName
  readonly host: Host
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
  const prepared = await prepare(config, environment, options.strategy)
  const id = environmentId(config, environment)
  return withEnvironment(host, id, 'up', async () => {
    const engine = await host.openPodman(host.exec(id), { signal })
    const hostPorts = await leasePorts(host, id, prepared.services)
    for (const secret of prepared.translation.secrets) host.redactor.add(secret)

    const known = host.store.read(id)
    const run = createRunDirectory(config.root, newRunId(host.clock.epochMs()))
    const record = {
      id,
      project: config.project,
      environment: environment.name,
      configFile: config.file,
      provider: environment.provider,
      createdAt: known?.createdAt ?? host.clock.epochMs(),
      runs: [...(known?.runs ?? []), run.id],
      directories: [handOverDirectory(config, environment), run.temporary],
    }
    host.store.write({ ...record, state: 'starting' })
    const scope = await makeScope(options, prepared, engine, hostPorts, run)
    const end = await runPlan(prepared.plan, scope, options, engine.workaround)
    removeTemporary(run)

    if (end.outcome === 'succeeded') {
      host.store.write({ ...record, state: 'up' })
      const content = contentOf(options, prepared, scope)
      writeHandOver(config, environment, content)
      return { ...end, run, handOver: content }
    }
    if (end.outcome === 'interrupted' && known === undefined) {
      await removeEnvironment(record, removalOf(host, id, engine), {})
    } else {
      if (end.outcome === 'interrupted') await removeWorkingContainers(engine.podman, id)
      host.store.write({ ...record, state: 'failed' })
    }
    return { ...end, run }
  })
}

async function makeScope(
  { config, environment, host }: UpOptions,
  { manifests, translation }: Prepared,
  { podman, engine }: OpenEngine,
  hostPorts: ReadonlyMap<string, number>,
  run: RunDirectory,
): Promise<RunScope> {
  const id = environmentId(config, environment)
  const exec = host.exec(id)
  const provided = new Map<string, ProvidedImage>()
  const cluster = new PodCluster(podman, {
    environment: id,
    pods: translation.pods,
    hostPorts,
    volumeDirectory: host.volumeDirectory(id),
    imageId: async (reference) =>
      [...provided.values()].find((image) => image.reference === reference)?.id ?? engine.imageId(reference),
    imageFor: (text) => provided.get(manifests.imageNamed(text) ?? '')?.reference ?? text,
  })
  return {
    config,
    environmentId: id,
    engine,
    cluster,
    exec,
    run,
    clock: host.clock,
    tagOf: await tagger(exec, config.root, host),
    provided,
    rememberPulled: (reference) => host.pulled.add(reference),
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
