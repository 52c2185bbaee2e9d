import pc from 'picocolors'
import { type Check, examine } from '../../operations/doctor.ts'
import { exitCodes } from '../../operations/operation-error.ts'
import type { Session } from '../session.ts'

/** `kindling doctor`: exit code 3 when something stands in the way. */
export async function doctorCommand(session: Session): Promise<void> {
  const checks = await examine(await session.host(), session.abort.signal)
  const { stdout } = session
  for (const check of checks) stdout.write(formatCheck(check, stdout.color))
  if (checks.some(({ status }) => status === 'problem')) session.exitCode = exitCodes.machine
}

function formatCheck({ name, status, text, cure, detail }: Check, color: boolean): string {
  const paint = pc.createColors(color)
  const marks = {
    ok: paint.green('ok      '),
    warning: paint.yellow('warning '),
    problem: paint.red('problem '),
    absent: paint.dim('absent  '),
  }
  const lines = [`${marks[status]}${paint.bold(name)}: ${text}`]
  if (detail !== undefined) lines.push(...detail.split('\n').map((line) => `          ${paint.dim(line)}`))
  if (cure !== undefined) lines.push(`        ${paint.bold('cure:')} ${cure}`)
  return `${lines.join('\n')}\n`
}
