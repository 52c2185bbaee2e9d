import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { gitPlaces } from '../../drivers/git-index.ts'
import { formatCommand } from '../../exec/command.ts'
import { CommandError } from '../../exec/command-error.ts'
import { LocalExec } from '../../exec/local-exec.ts'
import { writeWhole } from '../../util/write-whole.ts'
import { exitCodes, OperationError } from '../operation-error.ts'

/** What was done, and to which file. */
export interface HookChange {
  readonly change: 'installed' | 'renewed' | 'removed' | 'none'
  readonly file: string
  /** A hook of somebody else's that is called first, or is back in its place. */
  readonly other?: string
}

const mark = '# Installed by `kindling hooks install`; `kindling hooks uninstall` takes it away.'
const keptName = 'pre-commit.before-kindling'

/**
 * Installs a git hook that lints what is about to be committed, in whichever directory git looks for hooks. One that is
 * there is kept, and called first. `program` is what starts this Kindling, for repositories that have none of their own.
 */
export async function installHook(cwd: string, program: readonly string[]): Promise<HookChange> {
  const { file, kept } = await placesOf(cwd)
  const before = readIfThere(file)
  const isOurs = before?.includes(mark) === true
  if (before !== undefined && !isOurs) {
    // A copy first: killed in between, git still finds the one that was there.
    copyFileSync(file, kept)
  }
  writeWhole(file, scriptOf(program), 0o755)
  const other = existsSync(kept) ? { other: kept } : {}
  return { change: isOurs ? 'renewed' : 'installed', file, ...other }
}

/** Takes our hook away, and puts back the one that was there before. */
export async function uninstallHook(cwd: string): Promise<HookChange> {
  const { file, kept } = await placesOf(cwd)
  if (readIfThere(file)?.includes(mark) !== true) return { change: 'none', file }
  if (!existsSync(kept)) {
    rmSync(file)
    return { change: 'removed', file }
  }
  renameSync(kept, file)
  return { change: 'removed', file, other: file }
}

/** For what can be done in a git repository only. */
export function notARepository(cwd: string, cause: CommandError): OperationError {
  return new OperationError(
    'E_NO_REPOSITORY',
    `${cwd} is not in a git repository, or git does not work there`,
    'run this inside a repository, with git on the PATH',
    { detail: cause.message, exitCode: exitCodes.usage },
  )
}

async function placesOf(cwd: string): Promise<{ readonly file: string; readonly kept: string }> {
  try {
    const { top, hooks } = await gitPlaces(new LocalExec(), cwd)
    const directory = resolve(top, hooks)
    // Its hooks find their scripts by their own names, and cannot be called under another one.
    if (basename(directory) === '_' && basename(dirname(directory)) === '.husky')
      throw managedByHusky(directory)
    mkdirSync(directory, { recursive: true })
    return { file: join(directory, 'pre-commit'), kept: join(directory, keptName) }
  } catch (error) {
    if (error instanceof CommandError) throw notARepository(cwd, error)
    throw error
  }
}

function managedByHusky(directory: string): OperationError {
  return new OperationError(
    'E_HOOKS_MANAGED',
    `the hooks of this repository are husky's: ${directory}`,
    `add a line \`kindling lint --staged\` to ${join(dirname(directory), 'pre-commit')}`,
    { exitCode: exitCodes.usage },
  )
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** The repository's own Kindling comes first, then one on the PATH, then the one that has installed the hook. */
function scriptOf([program = '', ...args]: readonly string[]): string {
  return `#!/bin/sh
${mark}
before="$(dirname "$0")/${keptName}"
if [ -x "$before" ]; then
  "$before" "$@" || exit $?
fi
# Most commits touch nothing that is looked at: then not even node is started.
git diff --cached --quiet --diff-filter=ACMRT -- \\
  ':(icase)*Dockerfile*' ':(icase)*Containerfile*' '*.yaml' '*.yml' && exit 0
if [ -x node_modules/.bin/kindling ]; then
  exec node_modules/.bin/kindling lint --staged
elif command -v kindling > /dev/null; then
  exec kindling lint --staged
elif [ -x ${formatCommand({ program, args: [] })} ]; then
  exec ${formatCommand({ program, args: [...args, 'lint', '--staged'] })}
fi
echo 'kindling is not installed any more: nothing was linted ("git config core.hooksPath" says where this hook is)' >&2
`
}
