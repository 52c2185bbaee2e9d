import type { Command } from '../shell/commands.ts'
import type { Field } from '../shell/fields.ts'

/** What a command does with the packages of the system. */
export interface PackageAction {
  readonly manager: Manager
  readonly does: 'refresh' | 'upgrade' | 'install' | 'clean'
  readonly command: Command
  /** Where in the file the word that says so ends. */
  readonly verbEnd: number
  /** The packages it is about; none are all of them. */
  readonly names: readonly Field[]
  readonly options: readonly Field[]
}

/** Managers that are used alike and keep their lists in one place have one name. */
export type Manager = 'apt' | 'dnf' | 'apk' | 'zypper' | 'pacman'

interface Grammar {
  readonly manager: Manager
  readonly verbs: Readonly<Record<string, PackageAction['does']>>
  /** Options that are followed by a value of their own. */
  readonly valued: readonly string[]
  /** Options with which nothing is done. */
  readonly dry: RegExp
}

const apt: Grammar = {
  manager: 'apt',
  verbs: verbs({
    refresh: 'update',
    upgrade: 'upgrade dist-upgrade full-upgrade safe-upgrade dselect-upgrade',
    install: 'install',
    clean: 'clean',
  }),
  valued: words('-o --option -c --config-file -t --target-release --default-release -a --host-architecture'),
  dry: /^(?:-s|-d|--(?:simulate|just-print|dry-run|recon|no-act|download-only|print-uris|help))$/,
}

const dnf: Grammar = {
  manager: 'dnf',
  verbs: verbs({
    refresh: 'makecache check-update',
    upgrade:
      'update upgrade up update-minimal upgrade-minimal distro-sync dsync system-upgrade offline-upgrade',
    install: 'install in localinstall groupinstall reinstall builddep',
    clean: 'clean',
  }),
  valued: words(
    '-c --config -d --debuglevel -e --errorlevel -x --exclude --excludepkgs --enablerepo --disablerepo --repo ' +
      '--repoid --installroot --releasever --setopt --forcearch --color --comment --destdir --downloaddir ' +
      '--repofrompath --sec-severity --secseverity --disableplugin --enableplugin -R --randomwait',
  ),
  dry: /^(?:--(?:assumeno|downloadonly|help)|-h)$/,
}

const apk: Grammar = {
  manager: 'apk',
  verbs: verbs({ refresh: 'update', upgrade: 'upgrade', install: 'add', clean: 'cache' }),
  valued: words(
    '-p --root -X --repository -t --virtual --arch --cache-dir --cache-max-age --keys-dir --progress-fd ' +
      '--repositories-file --timeout --wait',
  ),
  dry: /^(?:-s|--simulate|-h|--help)$/,
}

const zypper: Grammar = {
  manager: 'zypper',
  verbs: verbs({
    refresh: 'refresh ref',
    upgrade: 'update up dist-upgrade dup patch',
    install: 'install in',
    clean: 'clean cc',
  }),
  valued: words(
    '-R --root -r --repo --from -t --type -c --config -C --cache-dir -D --reposd-dir -p --plus-repo ' +
      '--plus-content --installroot --solv-cache-dir --pkg-cache-dir --raw-cache-dir',
  ),
  dry: /^(?:-D|--(?:dry-run|download-only|help)|-h|-d)$/,
}

const grammars: Readonly<Record<string, Grammar>> = {
  apt,
  'apt-get': apt,
  aptitude: apt,
  dnf,
  dnf5: dnf,
  'dnf-3': dnf,
  microdnf: dnf,
  tdnf: dnf,
  yum: dnf,
  apk,
  zypper,
}

/** What a command does with packages; nothing for one that does nothing, or something else. */
export function packageActionOf(command: Command): PackageAction | undefined {
  if (command.program === 'pacman') return pacmanAction(command)
  if (/^unattended-upgrades?$/.test(command.program)) return unattendedUpgrade(command)
  const grammar = Object.hasOwn(grammars, command.program) ? grammars[command.program] : undefined
  if (grammar === undefined) return undefined
  const options: Field[] = []
  const operands: Field[] = []
  for (let at = 0; at < command.words.length; at++) {
    const word = command.words[at]
    if (word === undefined) break
    // Of what is not known, only the name tells whether it is options or packages.
    if (word.unknown !== undefined) {
      if (operands.length > 0 && !/opt|flag|arg|quiet|yes/i.test(word.unknown)) operands.push(word)
      continue
    }
    if (!word.text.startsWith('-')) {
      operands.push(word)
      continue
    }
    options.push(word)
    if (grammar.valued.includes(word.text)) at++
  }
  const [verb, ...names] = operands
  if (verb === undefined || !verb.isKnown || options.some(({ text }) => grammar.dry.test(text)))
    return undefined
  const does = Object.hasOwn(grammar.verbs, verb.text) ? grammar.verbs[verb.text] : undefined
  if (does === undefined) return undefined
  return { manager: grammar.manager, does, command, verbEnd: verb.mapped.end, names, options }
}

/** `-Syu` in all its spellings: what it does stands in the letters. */
function pacmanAction(command: Command): PackageAction | undefined {
  const options = command.words.filter(({ text }) => text.startsWith('-'))
  const names = command.words.filter(({ text }) => !text.startsWith('-'))
  const letters = options.flatMap(({ text }) => /^-(?!-)(.*)$/.exec(text)?.[1] ?? []).join('')
  const has = (letter: string, long: string) =>
    letters.includes(letter) || options.some(({ text }) => text === long)
  if (!has('S', '--sync') || has('p', '--print')) return undefined
  const verbEnd = options[0]?.mapped.end ?? command.end
  const base = { manager: 'pacman', command, verbEnd, options } as const
  if (has('u', '--sysupgrade')) return { ...base, does: 'upgrade', names: [] }
  if (has('c', '--clean')) return { ...base, does: 'clean', names }
  if (names.length > 0) return { ...base, does: 'install', names }
  return has('y', '--refresh') ? { ...base, does: 'refresh', names } : undefined
}

function unattendedUpgrade(command: Command): PackageAction | undefined {
  const { words: options, end } = command
  if (options.some(({ text }) => /^(?:--dry-run|--help|-h)$/.test(text))) return undefined
  return { manager: 'apt', does: 'upgrade', command, verbEnd: end, names: [], options }
}

function words(text: string): readonly string[] {
  return text.split(' ')
}

function verbs(by: Readonly<Record<PackageAction['does'], string>>): Record<string, PackageAction['does']> {
  return Object.fromEntries(
    (Object.entries(by) as [PackageAction['does'], string][]).flatMap(([does, list]) =>
      words(list).map((verb) => [verb, does]),
    ),
  )
}
