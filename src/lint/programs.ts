import type { Command } from '../shell/commands.ts'
import { packageActionOf } from './packages.ts'

const builders: ReadonlySet<string> = new Set(
  (
    'make gmake cmake ninja meson just task mage bazel bazelisk buck2 gradle gradlew mvn mvnw ant sbt cargo rake ' +
    'invoke nox tox msbuild xcodebuild swift zig goreleaser earthly node deno tsx python python3 ruby perl php ' +
    'java source .'
  ).split(' '),
)

/** Whether nobody sees from here what a program reads: builders, and scripts of the project. */
export function isOpaque(command: Command): boolean {
  const { program, words, path } = command
  const [first] = operandsOf(command)
  if (installsDependencies(command) !== undefined || packageActionOf(command) !== undefined) return false
  if (program === '' || builders.has(program) || /\.(?:sh|bash|py|js|mjs|ts|rb|pl)$/.test(program))
    return true
  if (/^(?:\.\.?\/|\/(?!usr\/|bin\/|sbin\/))/.test(path) || /^\w.*\//.test(path)) return true
  if (/^(?:ba|da|a|z|k)?sh$/.test(program)) return words.some(({ text }) => !text.startsWith('-'))
  if (/^(?:npm|yarn|pnpm|bun|composer|poetry|uv|hatch|dotnet|mix|bundle)$/.test(program)) return true
  return program === 'go' && /^(?:generate|run|build|install|test)$/.test(first ?? '')
}

const javascript = /^(?:ci|i|install|add|clean-install|install-clean|ic)$/

/** The dependencies that a command installs: as it is spelled, without what follows; nothing for another command. */
export function installsDependencies(command: Command): string | undefined {
  const { program, words } = command
  const operands = operandsOf(command)
  const [verb = '', second = ''] = operands
  const spelled = [program, verb].filter((text) => text !== '').join(' ')
  switch (program) {
    case 'npm':
    case 'pnpm':
    case 'bun':
      return javascript.test(verb) || (program === 'pnpm' && verb === 'fetch') ? spelled : undefined
    case 'yarn':
      return verb === '' || verb === 'install' ? spelled : undefined
    case 'pip':
    case 'pip3':
      return verb === 'install' && !installsProject(operands, words) ? spelled : undefined
    case 'python':
    case 'python3': {
      const isPip = words[0]?.text === '-m' && words[1]?.text === 'pip' && words[2]?.text === 'install'
      return isPip && !installsProject(operands.slice(1), words) ? `${program} -m pip install` : undefined
    }
    case 'poetry':
    case 'pipenv':
    case 'pdm':
    case 'bundle':
    case 'composer':
      return verb === 'install' || verb === 'sync' ? spelled : undefined
    case 'uv': {
      if (verb === 'sync') return spelled
      return verb === 'pip' && second === 'install' ? 'uv pip install' : undefined
    }
    case 'go':
      return verb === 'mod' && (second === 'download' || second === 'vendor') ? `go mod ${second}` : undefined
    case 'cargo':
      return verb === 'fetch' || verb === 'vendor' ? spelled : undefined
    case 'mvn':
    case 'mvnw': {
      const goal = operands.find((text) => /dependency:(?:go-offline|resolve)/.test(text))
      return goal === undefined ? undefined : `${program} ${goal}`
    }
    case 'gradle':
    case 'gradlew':
      return verb === 'dependencies' ? spelled : undefined
    case 'dotnet':
      return verb === 'restore' ? spelled : undefined
    case 'mix':
      return verb === 'deps.get' ? spelled : undefined
    default: {
      const action = packageActionOf(command)
      // A file of the project that is installed has to be there before.
      const isLocal = action?.names.some(({ text }) => /^\.{0,2}\//.test(text)) === true
      return action?.does === 'install' && !isLocal ? spelledInstall(program) : undefined
    }
  }
}

function spelledInstall(program: string): string {
  if (program === 'apk') return 'apk add'
  return program === 'pacman' ? 'pacman -S' : `${program} install`
}

/** `pip install .` builds the project, and needs all of it. */
function installsProject(operands: readonly string[], words: Command['words']): boolean {
  const isEditable = words.some(({ text }) => text === '-e' || text === '--editable')
  return isEditable || operands.slice(1).some((text) => /^(?:\.{1,2}(?:\/.*|\[.*)?|\/.*|.*\.whl)$/.test(text))
}

const valued: Readonly<Record<string, readonly string[]>> = {
  npm: ['--prefix', '-C', '--workspace', '-w', '--registry', '--cache', '--loglevel'],
  pnpm: ['--dir', '-C', '--filter', '-F', '--store-dir'],
  yarn: ['--cwd', '--cache-folder', '--registry', '--network-timeout', '--modules-folder'],
  pip: [
    '-r',
    '--requirement',
    '-c',
    '--constraint',
    '-i',
    '--index-url',
    '--extra-index-url',
    '-t',
    '--target',
  ],
  go: ['-C'],
}

/** Its arguments without options. */
function operandsOf({ program, words }: Command): string[] {
  const skipped = valued[/^(?:pip3?|python3?)$/.test(program) ? 'pip' : program] ?? []
  const texts = words.map(({ text }) => text)
  return texts.filter((text, i) => !text.startsWith('-') && !skipped.includes(texts[i - 1] ?? ''))
}
