import pc from 'picocolors'
import { type InitResult, init } from '../../operations/init/init.ts'
import { exitCodes } from '../../operations/operation-error.ts'
import { printDiagnostics } from '../print-error.ts'
import type { Session } from '../session.ts'

export interface InitFlags {
  /** Prints what would be written, and writes nothing. */
  readonly check?: boolean
}

/** `kindling init`: a `kindling.yaml` for the repository in the working directory. */
export async function initCommand(session: Session, flags: InitFlags): Promise<void> {
  const { stdout, stderr } = session
  const isCheck = flags.check === true
  const result = await init({
    root: session.cwd,
    host: await session.host(),
    signal: session.abort.signal,
    writes: !isCheck,
    onProgress: (text) => stderr.write(`${text}\n`),
  })
  if (isCheck) stdout.write(printed(result))
  printDiagnostics(result.diagnostics, session)
  stderr.write(summary(result, isCheck, session))
  if (result.plan === undefined) session.exitCode = exitCodes.usage
}

/** All files as one text; those after the first under their names. */
function printed({ files }: InitResult): string {
  return files.map(({ path, text }, index) => (index === 0 ? text : `\n# ${path}\n${text}`)).join('')
}

function summary(
  { files, plan, proposal, listed, read, unread }: InitResult,
  isCheck: boolean,
  session: Session,
): string {
  const { bold } = pc.createColors(session.stderr.color)
  const { images, services, notes } = proposal
  const guesses = (files[0]?.text ?? '').split('\n').filter((line) => /#.*\bguess\b/.test(line)).length
  const many = unread === 0 ? '' : `; ${unread} more were over the limit`
  const lines = [
    `looked at ${listed} files, read ${read} of them${many}`,
    `${isCheck ? 'would write' : 'wrote'} ${files.map(({ path }) => bold(path)).join(', ')}`,
    `${count(images.length, 'image')}, ${count(services.length, 'service')}; ${guesses === 0 ? 'nothing was guessed' : `${count(guesses, 'guess', 'guesses')} to look at`}${notes.length === 0 ? '' : `, ${count(notes.length, 'thing')} left out (listed at the end of the file)`}`,
    plan === undefined
      ? `it does not plan yet; fix what is reported above, then run ${bold('kindling plan')}`
      : `it plans: ${count(plan.tasks.length, 'task')}; next: ${bold(`kindling ${isCheck ? 'init' : 'up'}`)}`,
  ]
  return `${lines.join('\n')}\n`
}

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`
}
