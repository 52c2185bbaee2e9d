import type { CiDialect } from './ci-dialect.ts'
import { printable } from './printable.ts'
import { withoutCommands, workflowCommand } from './workflow-commands.ts'

/**
 * Jobs of GitHub Actions: groups, and failures as errors at their places in the code. `pathOf` makes a file, given from
 * the root of the configuration on, one from the root of the repository on.
 */
export function githubDialect(pathOf: (file: string) => string): CiDialect {
  return {
    section: ({ title, lines }) =>
      [
        workflowCommand('group', title),
        `${withoutCommands(printable(lines.join('\n')))}\n`,
        workflowCommand('endgroup'),
      ].join(''),
    inert: withoutCommands,
    annotation: ({ task, outcome, failure }, place) => {
      if ((outcome !== 'failed' && outcome !== 'timed-out') || failure === undefined) return undefined
      const [, file, line] = /^(.*):(\d+)$/.exec(place ?? '') ?? []
      const at = file === undefined ? {} : { file: pathOf(file), line: Number(line) }
      const hint = failure.hint === undefined ? '' : `\nhint: ${failure.hint}`
      const message = printable(`${failure.message} (${failure.code})${hint}`)
      const title = `${task} ${outcome === 'failed' ? 'failed' : 'timed out'}`
      return workflowCommand('error', message, { ...at, title })
    },
  }
}
