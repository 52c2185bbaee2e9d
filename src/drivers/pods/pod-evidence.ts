import { stringify } from 'yaml'
import { allOf, type EvidenceFolder, type EvidenceOptions, type EvidenceSource } from '../evidence.ts'
import { type Labels, labelFilter, labels } from '../labels.ts'
import type { Podman } from '../podman/podman.ts'
import { type InspectedContainer, inspectContainers, isStartedAgain, placeOf } from './inspect-containers.ts'

/** What podman says of the pods of an environment. */
export function podEvidence(podman: Podman, environment: string): EvidenceSource {
  const own: Labels = { [labels.environment]: environment }
  return {
    title: 'pods',
    collect: (folder, options) =>
      allOf([
        containers(podman, environment, folder, options),
        table(podman, ['ps', '--all', '--pod', ...labelFilter(own)], folder, options),
        network(podman, environment, folder, options),
      ]),
  }
}

async function table(
  podman: Podman,
  args: readonly string[],
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  const { stdout } = await podman.run(args, { ...options, isData: true })
  // A line of it is the head.
  if (stdout.includes('\n')) folder.write('containers.txt', `${stdout}\n`, { isRedacted: true })
}

async function network(
  podman: Podman,
  environment: string,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  const { exitCode, stdout } = await podman.run(['network', 'inspect', environment], {
    ...options,
    isData: true,
    okExitCodes: [0, 1, 125],
  })
  if (exitCode === 0) folder.write('network.json', `${stdout}\n`, { isRedacted: true })
}

async function containers(
  podman: Podman,
  environment: string,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  for (const container of await inspectContainers(podman, environment, options)) {
    const { pod, container: name } = placeOf(environment, container.Name) ?? { pod: '', container: '' }
    folder.write(`pods/${pod}/${name}.yaml`, stringify(container, { lineWidth: 0 }), { keeps: 'start' })
    const problem = problemOf(container)
    if (problem !== undefined) folder.note(`container ${pod}/${name} ${folder.redact(problem)}`)
  }
}

function problemOf(container: InspectedContainer): string | undefined {
  const { State, RestartCount: restarts = 0 } = container
  const { Status, ExitCode, OOMKilled, Error: error } = State
  const how = `exit code ${ExitCode}${OOMKilled === true ? ' (it was killed for lack of memory)' : ''}`
  const times = `was restarted ${restarts} ${restarts === 1 ? 'time' : 'times'}`
  const hasEnded = Status !== 'running' && Status !== 'created' && Status !== 'initialized'
  if (error !== undefined && error !== '') return `could not be started: ${error}`
  if (hasEnded && (ExitCode !== 0 || isStartedAgain(container)))
    return restarts === 0 ? `has ended with ${how}` : `${times}, and has ended with ${how}`
  return restarts === 0 ? undefined : times
}
