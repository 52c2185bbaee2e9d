// Gets a fresh clone ready to be worked with: the npm packages, and with --containers what it takes to run
// containers; --docker adds a second engine to test with, --browser what pages are looked at with. Depends on nothing
// but Node, says what it does before it does it, and does nothing twice.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const oldestNode = [20, 19]

/** What running containers takes, by Debian's package names. */
const needed = [
  { package: 'podman', isThere: () => isOnPath('podman') },
  // crun refuses hosts with cgroups in hybrid mode.
  { package: 'runc', isThere: () => isOnPath('runc') },
  { package: 'netavark', isThere: () => isHelper('netavark') },
  { package: 'aardvark-dns', isThere: () => isHelper('aardvark-dns') },
  // podman makes the image of a pod's infrastructure container from it.
  { package: 'catatonit', isThere: () => isHelper('catatonit') || isOnPath('catatonit') },
  // Reads single layers out of podman's storage, for the nodes of clusters.
  { package: 'skopeo', isThere: () => isOnPath('skopeo') },
  { package: 'iptables', isThere: () => isOnPath('iptables') },
  // Makes the example's base images where no registry can be reached.
  { package: 'mmdebstrap', isThere: () => isOnPath('mmdebstrap') },
  { package: 'git', isThere: () => isOnPath('git') },
  // The tests make small images of it.
  { package: 'busybox-static', isThere: () => existsSync('/bin/busybox') },
  // The tests read what it has measured.
  {
    package: 'python3-coverage',
    isThere: () => ['python3-coverage', 'coverage3', 'coverage'].some(isOnPath),
  },
  // The tests look for processes that were left behind.
  { package: 'procps', isThere: () => isOnPath('ps') },
]

/** For the tests of the timeline; any of its kind will do. */
const browser = [
  {
    package: 'chromium',
    isThere: () =>
      existsSync(process.env.KINDLING_CHROMIUM ?? '') ||
      ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'].some(isOnPath),
  },
]

/** Not among the others: it brings a daemon, which starts where systemd runs. */
const docker = [{ package: 'docker.io', isThere: () => isOnPath('dockerd') }]

checkNode()
installPackages(root)
if (process.argv.includes('--containers')) {
  installPackages(join(root, 'examples', 'alerts'))
  for (const runner of ['vitest', 'jest', 'playwright'])
    installExample(join(root, 'examples', 'runners', runner))
  installSystemPackages(needed)
}
if (process.argv.includes('--browser')) installSystemPackages(browser)
if (process.argv.includes('--docker')) installSystemPackages(docker)

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  fail(`Node ${process.versions.node} is too old: install ${oldestNode.join('.')} or newer`)
}

/** `npm ci`, unless what is installed is what the lock file says. */
function installPackages(directory) {
  const lock = join(directory, 'package-lock.json')
  const installed = join(directory, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  say(`installing npm packages (npm ci in ${directory})`)
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: directory })
}

/** The packages of an example that uses this one. */
function installExample(directory) {
  installPackages(directory)
  const link = join(directory, 'node_modules', 'kindling')
  if (!existsSync(link)) symlinkSync(root, link, 'dir')
}

function installSystemPackages(packages) {
  const missing = packages.filter(({ isThere }) => !isThere()).map((entry) => entry.package)
  if (missing.length === 0) return
  const sudo = process.getuid?.() === 0 ? [] : ['sudo']
  if (!isDebian() || (sudo.length > 0 && !isOnPath('sudo'))) {
    fail(`please install what is missing: ${missing.join(' ')} (names of Debian's packages)`)
  }
  say(`installing system packages (apt-get install ${missing.join(' ')})`)
  const apt = (...args) =>
    run(
      ...split([
        ...sudo,
        'env',
        'DEBIAN_FRONTEND=noninteractive',
        'apt-get',
        '-qq',
        '-o',
        'Dpkg::Use-Pty=0',
        ...args,
      ]),
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
  apt('update')
  apt('install', '--yes', '--no-install-recommends', ...missing)
  const still = packages.filter(({ isThere }) => !isThere()).map((entry) => entry.package)
  if (still.length > 0) fail(`still missing after the installation: ${still.join(' ')}`)
}

function isDebian() {
  if (!isOnPath('apt-get') || !existsSync('/etc/os-release')) return false
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
}

function isOnPath(program) {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return directories.some((directory) => existsSync(join(directory, program)))
}

/** podman keeps its helpers where no PATH leads. */
function isHelper(program) {
  const directories = [
    '/usr/libexec/podman',
    '/usr/lib/podman',
    '/usr/local/libexec/podman',
    '/usr/local/lib/podman',
  ]
  return directories.some((directory) => existsSync(join(directory, program)))
}

function split([program, ...args]) {
  return [program, args]
}

function run(program, args, options) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
  if (error !== undefined || status !== 0)
    fail(`${[program, ...args].join(' ')} failed: ${error ?? `exit ${status}`}`)
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(3)
}
