import type { ExecOptions } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import type { NodeCli } from './node.ts'
import { ctr, listContent, type NodeContent, parseNodeContent } from './node-content.ts'

/** Asks a node what it has. Rejects with `CommandError`. */
export function readContent(node: NodeCli, options: CallOptions): Promise<NodeContent> {
  return change(node, undefined, [], options)
}

/** Gives an image that a node has another name; a name that exists moves. Resolves with what the node has then. */
export function tagInNode(
  node: NodeCli,
  existing: string,
  name: string,
  options: CallOptions,
): Promise<NodeContent> {
  return change(node, `${ctr} images tag --force "$1" "$2" >&2`, [existing, name], options)
}

/** Takes in an archive of images, of docker or OCI. Resolves with what the node has then. */
export function importIntoNode(
  node: NodeCli,
  archive: AsyncIterable<Uint8Array>,
  snapshotter: string,
  options: CallOptions,
): Promise<NodeContent> {
  // Without `--digests` nothing would hold an image any more whose name moves on while its pods run.
  const script = `${ctr} images import --digests --snapshotter="$1" - >&2`
  return change(node, script, [snapshotter], { ...options, stdin: archive })
}

/**
 * Has containerd itself pull an image, by the digest of its manifest, and gives it its name; the one it was pulled by
 * goes. Resolves with what the node has then.
 */
export function pullIntoNode(
  node: NodeCli,
  source: string,
  { id, reference }: { readonly id: string; readonly reference: string },
  options: CallOptions,
): Promise<NodeContent> {
  // The kubelet's own part of containerd gives the ID as a name, too, by which the image stays.
  const script = `crictl pull "$1" >&2 && ${ctr} images tag --force "$2" "$3" >&2 && ${ctr} images rm "$1" >&2`
  return change(node, script, [source, id, reference], options)
}

/**
 * Removes names, quietly those that are gone; with the last name of an image also those that containerd's tools have
 * given it, which would keep its content for ever. Resolves with what the node has then.
 */
export async function untagInNode(
  node: NodeCli,
  names: readonly string[],
  options: CallOptions,
): Promise<NodeContent> {
  const content = await readContent(node, options)
  const going = content.namesGoingWith(names)
  if (going.length === 0) return content
  return change(node, `${ctr} images rm "$@" >&2 || true`, going, options)
}

/** One call for a change and its result: starting a program in a container takes longer than most programs take. */
async function change(
  node: NodeCli,
  script: string | undefined,
  args: readonly string[],
  { onLine, ...options }: CallOptions & Pick<ExecOptions, 'stdin'>,
): Promise<NodeContent> {
  const both = script === undefined ? listContent : `{ ${script}; } && ${listContent}`
  const { stdout } = await node.exec(['sh', '-c', both, 'sh', ...args], {
    ...options,
    isData: true,
    ...(onLine === undefined
      ? {}
      : { onLine: (stream, line) => void (stream === 'stderr' && onLine(stream, line)) }),
  })
  return parseNodeContent(stdout)
}
