import type { MappedText } from '../util/mapped-text.ts'
import { type Field, joinFields } from './fields.ts'

/** What is behind a program that runs another one: the words of that, or a script. */
export type Unwrapped =
  | { readonly kind: 'words'; readonly words: readonly Field[] }
  | { readonly kind: 'script'; readonly script: MappedText }

/** How a program that runs another one is called. */
interface Wrapper {
  /** Options that are followed by a value of their own. */
  readonly valued?: string
  /** How many words stand before the command. */
  readonly operands?: number
}

const wrappers: Readonly<Record<string, Wrapper>> = {
  builtin: {},
  busybox: {},
  chronic: {},
  chroot: { operands: 1 },
  command: {},
  doas: { valued: '-u -C' },
  eatmydata: {},
  env: { valued: '-u --unset -C --chdir' },
  exec: { valued: '-a' },
  fakeroot: {},
  flock: { valued: '-w -E --timeout --wait', operands: 1 },
  gosu: { operands: 1 },
  ionice: { valued: '-c -n --class --classdata' },
  nice: { valued: '-n --adjustment' },
  nohup: {},
  setsid: {},
  stdbuf: { valued: '-i -o -e --input --output --error' },
  'su-exec': { operands: 1 },
  sudo: { valued: '-u -g -h -p -C -D -R -T -r -t -U --user --group --host --prompt --chdir --chroot' },
  time: { valued: '-f -o --format --output' },
  timeout: { valued: '-s -k --signal --kill-after', operands: 1 },
  unbuffer: {},
  xargs: { valued: '-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-procs --max-lines' },
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh'])

/** The name of a program without its directory. */
export function programOf(words: readonly Field[]): string {
  const [program] = words
  return program?.isKnown === true ? program.text.slice(program.text.lastIndexOf('/') + 1) : ''
}

/** Whether it is a shell that reads commands from its input. */
export function readsInput(words: readonly Field[]): boolean {
  if (!shells.has(programOf(words))) return false
  const rest = words.slice(1).map(({ text }) => text)
  return rest.every((text) => text.startsWith('-')) || rest.includes('-s')
}

/** What a program that runs others runs; nothing for one that does something itself. */
export function unwrap(words: readonly Field[]): Unwrapped | undefined {
  const program = programOf(words)
  const rest = words.slice(1)
  if (program === 'eval') return { kind: 'script', script: joinFields(rest) }
  if (program === 'trap') return scriptIn(rest[0])
  if (shells.has(program)) return scriptIn(scriptOption(rest))
  if (program === 'su' || program === 'runuser') {
    const at = rest.findIndex(({ text }) => text === '-c' || text === '--command')
    if (at >= 0) return scriptIn(rest[at + 1])
    const user = rest.findIndex(({ text }) => text === '-u' || text === '--user')
    if (user >= 0) return { kind: 'words', words: rest.slice(user + 2).filter(({ text }) => text !== '--') }
    return undefined
  }
  const wrapper = Object.hasOwn(wrappers, program) ? wrappers[program] : undefined
  if (wrapper === undefined) return undefined
  const valued = wrapper.valued?.split(' ') ?? []
  let at = 0
  for (; at < rest.length; at++) {
    const { text = '' } = rest[at] ?? {}
    // `command -v` asks where a program is.
    if (program === 'command' && /^-p?[vV]/.test(text)) return undefined
    if (program === 'env' && (text === '-S' || text === '--split-string'))
      return { kind: 'script', script: joinFields(rest.slice(at + 1)) }
    if (program === 'flock' && text === '-c') return scriptIn(rest[at + 1])
    if (valued.includes(text)) at++
    else if (text === '--') {
      at++
      break
    } else if (!text.startsWith('-') && !/^[A-Za-z_]\w*=/.test(text)) break
  }
  const command = rest.slice(at + (wrapper.operands ?? 0))
  if (program === 'flock' && command[0]?.text === '-c') return scriptIn(command[1])
  return command.length === 0 ? undefined : { kind: 'words', words: command }
}

/** The word after the options among which there is a `c`. */
function scriptOption(rest: readonly Field[]): Field | undefined {
  let hasScript = false
  for (let at = 0; at < rest.length; at++) {
    const { text = '', isKnown = true } = rest[at] ?? {}
    if (!isKnown && text === '') continue
    if (!/^[-+]/.test(text) || text === '-') return hasScript ? rest[at] : undefined
    if (/^-[a-zA-Z]*c/.test(text)) hasScript = true
    if (/^[-+][a-zA-Z]*[oO]$/.test(text) || /^--(?:rcfile|init-file)$/.test(text)) at++
  }
  return undefined
}

function scriptIn(field: Field | undefined): Unwrapped | undefined {
  return field === undefined ? undefined : { kind: 'script', script: field.mapped }
}
