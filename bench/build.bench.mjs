import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatSpread, spread, table } from './measure.mjs'

export const title = 'Builds: side by side, in order of priority, reused, and beside bare podman'

const bin = fileURLToPath(new URL('../bin/kindling.js', import.meta.url))
const rootfs = fileURLToPath(new URL('../examples/alerts/base/rootfs.sh', import.meta.url))
const rounds = 5
/** Seconds of the ten builds, in file order: what is long stands last, as it does when nobody thinks of it. */
const mixed = [0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1.5, 2, 4]

export async function bench() {
  const { status } = spawnSync('podman', ['--version'])
  if (status !== 0) return 'Skipped: podman is not installed.'
  const project = new Project()
  try {
    return [project.parallel(), project.priority(), project.reuse(), project.overhead()].join('\n\n')
  } finally {
    project.remove()
  }
}

class Project {
  #base = realpathSync(mkdtempSync(join(tmpdir(), 'kindling-bench-')))
  #root = join(this.#base, 'repository')
  #state = join(this.#base, 'state')

  constructor() {
    mkdirSync(join(this.#root, 'base'), { recursive: true })
    copyFileSync(rootfs, join(this.#root, 'base/rootfs.sh'))
    this.#images([0])
    this.#kindling('build', '--cleanup')
  }

  remove() {
    this.#kindling('gc')
    rmSync(this.#base, { recursive: true, force: true })
  }

  /** One image beside three of the same duration. */
  parallel() {
    const seconds = 3
    const one = []
    const three = []
    this.#images([seconds, seconds, seconds])
    for (let round = 0; round < rounds; round++) {
      one.push(this.#kindling('build', 'image-0', '--fresh', '--cleanup'))
      three.push(this.#kindling('build', '--fresh', '--cleanup'))
    }
    return compare(`One image of ${seconds} s beside three of them`, ['one', one], ['three', three])
  }

  /** The same ten builds on two slots, without and with knowledge of earlier runs. */
  priority() {
    this.#images(mixed)
    const build = () => this.#kindling('build', '--fresh', '--cleanup', '--jobs', '2')
    const fileOrder = []
    const byPriority = []
    for (let round = 0; round < rounds; round++) {
      rmSync(join(this.#state, 'history.json'), { force: true })
      fileOrder.push(build())
      byPriority.push(build())
    }
    return compare(
      `Ten builds of ${mixed.join(', ')} s, two at once`,
      ['longest path first', byPriority],
      ['file order', fileOrder],
    )
  }

  /** Ten images that are there already. */
  reuse() {
    this.#images(mixed.map(() => 0))
    this.#kindling('build', '--tag', 'first')
    const times = Array.from({ length: rounds }, () => this.#kindling('build', '--tag', 'again'))
    for (const name of mixed.keys()) {
      spawnSync('podman', [
        'rmi',
        `localhost/bench/image-${name}:first`,
        `localhost/bench/image-${name}:again`,
      ])
    }
    return `Ten images reused: ${formatSpread(spread(times), 2)} s, the whole command`
  }

  /** One fresh build through Kindling, and by podman alone with the same settings. */
  overhead() {
    this.#images([0])
    const conf = join(this.#state, 'podman/containers.conf')
    const dockerfile = join(this.#root, 'image-0/Dockerfile')
    this.#kindling('build', '--tag', 'overhead')
    const base = references('localhost/kindling-base/node-base')[0] ?? references('docker.io/library/node')[0]
    const args = ['build', '--no-cache', '--build-arg', `BASE=${base}`, '--tag', 'localhost/bench/bare:1']
    const bare = []
    const wrapped = []
    for (let round = 0; round < rounds; round++) {
      bare.push(
        time('podman', [...args, '--file', dockerfile, join(this.#root, 'image-0')], {
          env: { ...process.env, CONTAINERS_CONF: conf },
        }),
      )
      wrapped.push(this.#kindling('build', '--fresh', '--tag', 'overhead'))
    }
    spawnSync('podman', ['rmi', 'localhost/bench/bare:1', 'localhost/bench/image-0:overhead'])
    return compare('One image, fresh', ['kindling build', wrapped], ['podman build', bare])
  }

  #images(seconds) {
    const lines = [
      'apiVersion: kindling/v1alpha1',
      'project: bench',
      'images:',
      '  node-base: { pull: docker.io/library/node:20-bookworm-slim, rootfs: [sh, base/rootfs.sh, nodejs] }',
    ]
    for (const [index, duration] of seconds.entries()) {
      const name = `image-${index}`
      mkdirSync(join(this.#root, name), { recursive: true })
      writeFileSync(join(this.#root, name, 'Dockerfile'), `ARG BASE\nFROM \${BASE}\nRUN sleep ${duration}\n`)
      lines.push(
        `  ${name}: { dockerfile: ${name}/Dockerfile, context: ${name}, args: { BASE: "\${images.node-base.ref}" } }`,
      )
    }
    writeFileSync(join(this.#root, 'kindling.yaml'), `${lines.join('\n')}\n`)
  }

  /** Seconds of a whole command. */
  #kindling(...args) {
    const env = { ...process.env, CI: 'true', KINDLING_STATE_DIR: this.#state }
    return time(process.execPath, [bin, ...args], { cwd: this.#root, env })
  }
}

function references(repository) {
  const args = ['images', '--format', '{{.Repository}}:{{.Tag}}', repository]
  return spawnSync('podman', args, { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)
}

function time(program, args, options) {
  const startMs = performance.now()
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', ...options })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with code ${status}\n${stderr}`)
  return (performance.now() - startMs) / 1000
}

/** Two series taken by turns: their medians, and difference and ratio pair by pair. */
function compare(subject, [nameA, a], [nameB, b]) {
  const rows = [
    [`${nameA}, s`, formatSpread(spread(a), 2)],
    [`${nameB}, s`, formatSpread(spread(b), 2)],
    [`${nameA} − ${nameB}, s`, formatSpread(spread(a.map((value, index) => value - b[index])), 2)],
    [`${nameB} / ${nameA}`, formatSpread(spread(a.map((value, index) => b[index] / value)), 2)],
  ]
  return table([subject, 'median (min–max)'], rows)
}
