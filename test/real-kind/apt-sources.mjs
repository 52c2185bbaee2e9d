// Debian's archives as this machine reaches them, for lists of the rig's own: nothing in /etc is changed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runWithRetries } from './process.mjs'
import { inRig } from './rig.mjs'

/** The lines `deb …` of the archives that apt is configured for here, of Debian itself only. */
export function debianSources() {
  const lines = sourceFiles().flatMap((path) =>
    path.endsWith('.sources')
      ? fromStanzas(readFileSync(path, 'utf8'))
      : fromLines(readFileSync(path, 'utf8')),
  )
  const ofDebian = lines.filter((line) => new RegExp(` ${debianRelease()}\\S* main\\b`).test(line))
  if (ofDebian.length === 0) throw new Error('found no archive of this Debian release in the sources of apt')
  return ofDebian
}

/** The Debian release of this machine, as in `bookworm`. */
export function debianRelease() {
  return /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
}

/** Unpacks the newest version of a source package below `directory`. */
export async function unpackSource(name, directory) {
  const apt = inRig('apt')
  mkdirSync(join(apt, 'lists', 'partial'), { recursive: true })
  mkdirSync(directory, { recursive: true })
  const list = join(apt, 'sources.list')
  writeFileSync(
    list,
    debianSources()
      .map((line) => `${line.replace(/^deb /, 'deb-src ')}\n`)
      .join(''),
  )
  const options = [
    ['Dir::Etc::SourceList', list],
    ['Dir::Etc::SourceParts', '-'],
    ['Dir::State::Lists', join(apt, 'lists')],
    ['Dir::Cache::srcpkgcache', ''],
    ['Dir::Cache::pkgcache', ''],
    // Root may read what apt's own user may not.
    ['APT::Sandbox::User', 'root'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`])
  await runWithRetries('apt-get', [...options, '-qq', 'update'], { log: 'apt' })
  await runWithRetries('apt-get', [...options, '-qq', 'source', name], { log: 'apt', cwd: directory })
}

function sourceFiles() {
  const parts = '/etc/apt/sources.list.d'
  const inParts = existsSync(parts) ? readdirSync(parts).sort() : []
  return [
    '/etc/apt/sources.list',
    ...inParts.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name)),
  ].filter((path) => existsSync(path))
}

function fromLines(text) {
  return text.split('\n').filter((line) => line.startsWith('deb '))
}

/** Stanzas in the form of RFC 822 (sources.list(5)) as lines; keys that are given inline are not understood. */
function fromStanzas(text) {
  return text
    .split(/\n\s*\n/)
    .map((stanza) => stanza.replace(/^#.*\n/gm, ''))
    .filter((stanza) => field(stanza, 'Types').includes('deb') && field(stanza, 'Enabled')[0] !== 'no')
    .flatMap((stanza) => {
      const [key] = field(stanza, 'Signed-By')
      const options = key?.startsWith('/') ? `[signed-by=${key}] ` : ''
      return field(stanza, 'URIs').flatMap((uri) =>
        field(stanza, 'Suites').map(
          (suite) => `deb ${options}${uri} ${suite} ${field(stanza, 'Components').join(' ')}`,
        ),
      )
    })
}

function field(stanza, name) {
  return (new RegExp(`^${name}:(.*)$`, 'im').exec(stanza)?.[1] ?? '').trim().split(/\s+/).filter(Boolean)
}
