import { gc } from '../../operations/gc.ts'
import type { Session } from '../session.ts'

/** `kindling gc`. */
export async function gcCommand(session: Session, flags: { readonly all?: boolean }): Promise<void> {
  const { stderr } = session
  let removed = 0
  await gc({
    host: await session.host(),
    signal: session.abort.signal,
    all: flags.all === true,
    onRemoved: (what) => {
      removed++
      stderr.write(`removed ${what}\n`)
    },
    onKept: (what) => stderr.write(`kept ${what}\n`),
  })
  if (removed === 0) stderr.write('nothing to remove\n')
}
