import { gc } from '../../operations/gc/gc.ts'
import { formatBytes } from '../../util/bytes.ts'
import type { Session } from '../session.ts'

export interface GcFlags {
  readonly all?: boolean
  /** Milliseconds. */
  readonly olderThan?: number
  /** Bytes. */
  readonly maxSize?: number
  readonly dryRun?: boolean
}

/** `kindling gc`. */
export async function gcCommand(session: Session, flags: GcFlags): Promise<void> {
  const { stderr } = session
  const { all = false, olderThan, maxSize, dryRun = false } = flags
  let count = 0
  let freedBytes = 0
  const takesImages = all || olderThan !== undefined || maxSize !== undefined
  await gc({
    host: await session.host(),
    signal: session.abort.signal,
    isDryRun: dryRun,
    ...(takesImages
      ? {
          images: {
            ...(olderThan === undefined ? {} : { olderThanMs: olderThan }),
            ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
          },
        }
      : {}),
    onRemoved: (what) => {
      count++
      stderr.write(`removed ${what}\n`)
    },
    onPlanned: (what, bytes = 0) => {
      count++
      freedBytes += bytes
      stderr.write(`would remove ${what}\n`)
    },
    onKept: (what) => stderr.write(`kept ${what}\n`),
  })
  if (count === 0) stderr.write('nothing to remove\n')
  else if (freedBytes > 0)
    stderr.write(`that frees ${formatBytes(freedBytes)} at most: images share layers\n`)
}
