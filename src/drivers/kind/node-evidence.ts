import type { EngineProgram } from '../engine-program.ts'
import { allOf, type EvidenceFolder, type EvidenceOptions, type EvidenceSource } from '../evidence.ts'
import { findNodes, type KindNode } from './nodes.ts'

/** Lines of each journal, and of each log of a pod. */
const journalLines = 1500
const podLogLines = 150

/** What is asked of a node, by the file that the answer goes to. */
const questions: Readonly<Record<string, readonly string[]>> = {
  'kubelet.log': ['journalctl', '--no-pager', '--lines', `${journalLines}`, '--unit', 'kubelet'],
  'containerd.log': ['journalctl', '--no-pager', '--lines', `${journalLines}`, '--unit', 'containerd'],
  'containers.txt': ['crictl', '--timeout', '5s', 'ps', '--all'],
  // From the node's own disk: they can be read when no API server answers any more.
  'pods.log': ['sh', '-c', `tail -v -n ${podLogLines} /var/log/pods/*/*/*.log`],
  'machine.txt': ['sh', '-c', 'uptime; echo; cat /proc/meminfo; echo; df -h / /var'],
}

/** What the nodes of a Kind cluster know that bears this mark, asked through the engine whose containers they are. */
export function nodeEvidence(engine: EngineProgram, cluster: string, markDirectory: string): EvidenceSource {
  return {
    title: 'nodes',
    collect: async (folder, options) => {
      const found = await findNodes(engine, cluster, options)
      const nodes = found.filter(({ mark }) => mark === markDirectory)
      await allOf(nodes.map((node) => collectNode(engine, node, folder, options)))
    },
  }
}

async function collectNode(
  engine: EngineProgram,
  node: KindNode,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  const { name, status } = node
  const isRunning = status === 'running'
  if (!isRunning) folder.note(`node ${name} is not running: the engine says ${status}`)
  const state = ['container', 'inspect', '--format', '{{json .State}}', name]
  const asked: readonly (readonly [file: string, args: readonly string[]])[] = [
    ['node.log', ['logs', '--tail', `${journalLines}`, name]],
    ['state.json', state],
    ...(isRunning ? Object.entries(questions) : []).map(
      ([file, command]) => [file, ['exec', name, ...command]] as const,
    ),
  ]
  await allOf(asked.map(([file, args]) => ask(engine, args, `nodes/${name}/${file}`, folder, options)))
}

async function ask(
  engine: EngineProgram,
  args: readonly string[],
  file: string,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  // Some of it missing, such as a log that was rotated away meanwhile, is an answer as well.
  const { stdout, stderr } = await engine.run(args, { ...options, isData: true, okExitCodes: [0, 1] })
  const text = [stdout, stderr].filter(Boolean).join('\n')
  if (text !== '') folder.write(file, `${text}\n`)
}
