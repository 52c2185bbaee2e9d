import { type Command, commandsOf } from '../../shell/commands.ts'
import { MappedText } from '../../util/mapped-text.ts'
import type { Instruction } from '../dockerfile/dockerfile.ts'
import type { Edit } from '../finding.ts'
import { type Manager, type PackageAction, packageActionOf } from '../packages.ts'
import type { DockerfileContext, DockerfileRule } from '../rule.ts'

interface Leftover {
  /** What stays, for messages. */
  readonly what: string
  /** The directories it lies in: removed, or a mount, they are in no layer. */
  readonly directories: RegExp
  readonly leaves: (action: PackageAction) => boolean
  readonly cleans: (action: PackageAction) => boolean
  readonly hint: string
  /** What `--fix` appends. */
  readonly cleanup?: string
}

const leftovers: Readonly<Record<Manager, Leftover>> = {
  apt: {
    what: 'the package lists in /var/lib/apt/lists',
    directories: /^\/var\/(?:lib\/(?:apt\/?(?:lists\b.*)?|\*)?)?$/,
    leaves: ({ does }) => does === 'refresh',
    // `clean` removes packages, and leaves the lists.
    cleans: ({ command: { words } }) =>
      words.some(({ text }) => text === 'dist-clean' || text === 'distclean'),
    hint: 'end the same `RUN` with `&& rm -rf /var/lib/apt/lists/*`',
    cleanup: ' && rm -rf /var/lib/apt/lists/*',
  },
  dnf: {
    what: 'the package lists in /var/cache',
    directories: /^\/var\/(?:cache\/?(?:(?:dnf|libdnf5|yum|tdnf)\b.*|\*)?)?$/,
    leaves: ({ does }) => does !== 'clean',
    cleans: ({ does }) => does === 'clean',
    hint: 'end the same `RUN` with `&& dnf clean all`',
    cleanup: ' && dnf clean all',
  },
  apk: {
    what: 'the package index in /var/cache/apk',
    directories: /^\/(?:var\/cache\/?(?:apk\b.*|\*)?|etc\/apk\/cache\b.*)$/,
    leaves: ({ does, options }) => does !== 'clean' && !options.some(({ text }) => text === '--no-cache'),
    cleans: ({ does }) => does === 'clean',
    hint: 'write `apk add --no-cache`, without `apk update`',
  },
  zypper: {
    what: 'the package lists in /var/cache/zypp',
    directories: /^\/var\/cache\/?(?:zypp\b.*|\*)?$/,
    leaves: ({ does }) => does !== 'clean',
    cleans: ({ does }) => does === 'clean',
    hint: 'end the same `RUN` with `&& zypper clean --all`',
    cleanup: ' && zypper clean --all',
  },
  pacman: {
    what: 'the packages in /var/cache/pacman',
    directories: /^\/var\/cache\/?(?:pacman\b.*|\*)?$/,
    leaves: ({ does }) => does === 'install' || does === 'upgrade',
    cleans: ({ does }) => does === 'clean',
    hint: 'end the same `RUN` with `&& rm -rf /var/cache/pacman/pkg/*`',
  },
}

export const packageLists: DockerfileRule = {
  name: 'package-lists',
  severity: 'warning',
  summary: 'what a package manager has downloaded stays in a layer',
  why: 'the layer has tens of megabytes that nobody reads, and they are loaded into every cluster',
  details: `The rule looks for the lists of \`apt-get update\`, and for the caches of \`dnf\`, \`yum\`, \`microdnf\`, \`tdnf\`, \`zypper\`, \`pacman\`
and of \`apk\` without \`--no-cache\`, unless the same \`RUN\` removes them; a later one removes nothing from the layer. A
\`--mount=type=cache\` or \`type=tmpfs\` on the directory is as good. \`apt-get clean\` is not: it leaves the lists. Only stages that
the image consists of count, since nothing else from a stage that is merely copied from ends up in an image.`,
  example: {
    bad: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl',
    good: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
  },
  fix: 'appends the removal, or adds `--no-cache`, if the `RUN` is a plain chain of `&&` and no later one needs the lists',
  *check(context) {
    const { ownStages, commandsOf } = context
    for (const stage of ownStages) {
      for (const instruction of stage.instructions) {
        const commands = commandsOf(instruction)
        const actions = commands.flatMap((command) => packageActionOf(command) ?? [])
        for (const manager of new Set(actions.map((action) => action.manager))) {
          const { what, directories, leaves, cleans, hint } = leftovers[manager]
          const own = actions.filter((action) => action.manager === manager)
          const left = own.findLast(leaves)
          if (left === undefined || isMounted(instruction, directories)) continue
          const later = commands.slice(commands.indexOf(left.command) + 1)
          if (own.slice(own.indexOf(left)).some(cleans)) continue
          if (later.some((command) => removes(command, directories))) continue
          const edits = editsFor(instruction, left, own, commands, laterNeeds(manager, instruction, context))
          yield {
            start: left.command.start,
            end: Math.max(left.verbEnd, left.command.start + 1),
            message: `\`${left.command.program}\` leaves ${what} in the layer`,
            hint,
            ...(edits.length === 0 ? {} : { edits }),
          }
        }
      }
    }
  },
}

function isMounted({ flags }: Instruction, directories: RegExp): boolean {
  return flags.some(({ name, value }) => {
    if (name !== 'mount' || !/(?:^|,)type=(?:cache|tmpfs)(?:,|$)/.test(value.text)) return false
    const target = /(?:^|,)(?:target|dst|destination)=([^,]+)/.exec(value.text)?.[1]
    return target !== undefined && directories.test(target)
  })
}

function removes({ program, words }: Command, directories: RegExp): boolean {
  return (program === 'rm' || program === 'find') && words.some(({ text }) => directories.test(text))
}

/** Whether an `apt-get install` further on lives from the lists. */
function laterNeeds(
  manager: Manager,
  instruction: Instruction,
  { dockerfile, commandsOf }: DockerfileContext,
): boolean {
  if (manager !== 'apt') return false
  return dockerfile.instructions.some((later) => {
    if (later.start <= instruction.start) return false
    const does = commandsOf(later).map((command) => packageActionOf(command)?.does)
    return does.includes('install') && !does.includes('refresh')
  })
}

function editsFor(
  instruction: Instruction,
  left: PackageAction,
  own: readonly PackageAction[],
  commands: readonly Command[],
  isNeededLater: boolean,
): readonly Edit[] {
  const last = commands.at(-1)
  const isChain = commands.every(({ depth, after }, i) => depth === 0 && after === (i === 0 ? '' : '&&'))
  if (!isChain || isNeededLater || last === undefined || instruction.heredocs.length > 0) return []
  if (/[<>|;(){}#]|(?<!&)&(?!&)/.test(instruction.argument.text)) return []
  if (left.manager === 'apk') {
    const [only, ...others] = own.filter(leftovers.apk.leaves)
    if (only?.does !== 'install' || others.length > 0) return []
    if (only.options.some(({ text }) => /^(?:-U|--update(?:-cache)?)$/.test(text))) return []
    return [{ start: only.verbEnd, end: only.verbEnd, text: ' --no-cache' }]
  }
  const { cleanup } = leftovers[left.manager]
  if (cleanup === undefined || last.end !== instruction.argument.end || !isClosed(instruction)) return []
  const text = left.manager === 'dnf' ? cleanup.replace('dnf', left.command.program) : cleanup
  return [{ start: last.end, end: last.end, text }]
}

/** Whether what is appended would be a command, and no part of a quotation that is never closed. */
function isClosed({ argument }: Instruction): boolean {
  const appended = MappedText.join([argument, MappedText.at(' && :', argument.end)])
  return commandsOf(appended, new Map()).at(-1)?.program === ':'
}
