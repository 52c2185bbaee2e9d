import { isMapping } from '../util/is-mapping.ts'
import { baseName } from './paths.ts'
import { type ShellLine, shellLines } from './shell-words.ts'

const names =
  /^(?:GNUmakefile|[Mm]akefile(?:\..*)?|[Jj]ustfile|Taskfile\.ya?ml|package\.json|Jenkinsfile|\.gitlab-ci\.ya?ml|Tiltfile|magefile\.go)$/

/** Whether a file has commands in it that people or CI run. */
export function isScript(path: string): boolean {
  const file = baseName(path)
  if (names.test(file) || /\.(?:sh|bash|mk)$/.test(file) || /^\.github\/workflows\/.*\.ya?ml$/.test(path))
    return true
  return /(?:^|\/)(?:scripts?|hack|bin|ci|\.ci)\/[\w-]+$/.test(path)
}

/** The commands in it, a line each. */
export function scriptLines(path: string, text: string): readonly ShellLine[] {
  if (baseName(path) !== 'package.json') return shellLines(text)
  const lines = text.split('\n')
  return Object.entries(scriptsOf(text)).flatMap(([name, script]) =>
    typeof script === 'string'
      ? [{ line: lines.findIndex((line) => line.includes(JSON.stringify(name))) + 1, text: script }]
      : [],
  )
}

/** The scripts of a package.json; none when it cannot be read. */
export function scriptsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isMapping(value) && isMapping(value.scripts) ? value.scripts : {}
  } catch {
    return {}
  }
}
