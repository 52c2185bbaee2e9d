import type { CiDialect } from './ci-dialect.ts'
import { printable } from './printable.ts'

/** What GitLab looks for, and then hides. */
const mark = '\u001b[0K'

/** Jobs of GitLab CI: sections that are folded, with the time that the task took. */
export function gitlabDialect(): CiDialect {
  return {
    section: ({ task, title, lines, startedAt, endedAt }) => {
      const name = task.replaceAll(/[^A-Za-z0-9_.-]/g, '_')
      const start = `${mark}section_start:${seconds(startedAt)}:${name}[collapsed=true]\r${mark}${title}\n`
      const end = `${mark}section_end:${seconds(endedAt)}:${name}\r${mark}\n`
      return `${start}${printable(lines.join('\n'))}\n${end}`
    },
    // Its marks are control characters, which no text has any more.
    inert: String,
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000)
}
