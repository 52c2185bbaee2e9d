import {
  type ContainerLogs,
  describeLogProblem,
  type LoggedContainer,
  type LogSelection,
} from '../../drivers/container-logs.ts'
import type { EvidenceFolder, EvidenceOptions, EvidenceSource } from '../../drivers/evidence.ts'
import { inParallel } from '../../util/in-parallel.ts'

/** Lines of each run of a container, the last ones. */
const mostLines = 5_000
/** Of a machine that may be in trouble already. */
const atOnce = 6

/** Directory of the logs of containers, with one for each service in it, below that of the evidence. */
export const logDirectory = 'containers'

/** What every container has printed, in its last run and before it. */
export function logEvidence(logs: ContainerLogs): EvidenceSource {
  return {
    title: 'logs of containers',
    collect: async (folder, options) => {
      const containers = (await logs.containers(options)).filter(({ isSystem }) => !isSystem)
      const problems = new Set<string>()
      await inParallel(atOnce, containers, async (container) => {
        try {
          await writeLogs(logs, container, folder, options)
        } catch (error) {
          problems.add(describeLogProblem(container, error))
        }
      })
      if (problems.size > 0) throw new Error([...problems].join('\n'))
    },
  }
}

async function writeLogs(
  logs: ContainerLogs,
  container: LoggedContainer,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  // What has never been started has no log.
  if (container.state === 'waiting' && !container.hasPrevious) return
  const { service, namespace = 'pods', pod, container: name } = container
  const file = `${logDirectory}/${service === '' ? namespace : service}/${pod}/${name}`
  const text = await textOf(logs, container, { tail: mostLines }, options)
  folder.write(`${file}.log`, text)
  if (!container.hasPrevious) return
  const previous = await textOf(logs, container, { tail: mostLines, isPrevious: true }, options)
  // Of one that waits for its next start, a cluster has one log by two names.
  if (previous !== '' && previous !== text) folder.write(`${file}.previous.log`, previous)
}

async function textOf(
  logs: ContainerLogs,
  container: LoggedContainer,
  selection: LogSelection,
  options: EvidenceOptions,
): Promise<string> {
  const lines: string[] = []
  await logs.read(container, selection, ({ time, text }) => void lines.push(`${time} ${text}\n`), options)
  return lines.join('')
}
