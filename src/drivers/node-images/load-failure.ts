import { CommandError } from '../../exec/command-error.ts'

/** containerd's word for content that an archive lacks and its store has not (1.6 to 2.1). */
const isMissingContent = /content digest sha256:[0-9a-f]{64}: not found/

/** Imports that fail now and then, and not again (I21); races of an engine's storage (M5). */
const isPassing =
  /connection reset|broken pipe|transport is closing|connection error|error reading from server|unexpected EOF|layer not known|identifier is not an? (?:image|container|layer)|database is locked|device or resource busy/i

/** What `podman exec` and `docker exec` exit with when the session, rather than the program in it, has failed. */
const sessionFailed = 255

/** Why another attempt may succeed, in a few words; `undefined` for what would only fail again. */
export function passingReason(error: unknown): string | undefined {
  if (!(error instanceof CommandError)) return undefined
  // What it was connected to has failed: that is the failure.
  if (error.reason === 'stream') return passingReason(error.cause)
  if (error.reason !== 'exit') return undefined
  if (isMissingContent.test(error.stderr)) return 'the node has removed a layer in the meantime'
  if (error.exitCode === sessionFailed) return `${error.command.program} lost its session`
  const line = error.stderr.split('\n').find((text) => isPassing.test(text))
  return line === undefined ? undefined : line.trim()
}
