import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rigStatus } from '../test/real-kind/status.mjs'
import { formatSpread, spread, table } from './measure.mjs'

export const title =
  'Images into the nodes of a Kind cluster: beside a shell loop of podman save and kind load'

const dist = process.env.KINDLING_DIST ?? join(import.meta.dirname, '..', 'dist')
const load = (path) => import(pathToFileURL(join(dist, path)).href)
const rounds = Number(process.env.KINDLING_BENCH_ROUNDS ?? 3)
const images = 5
const mib = 2 ** 20
/** Of each image: nothing in common, or a base of this size in common. */
const layers = { own: 200 * mib, base: 120 * mib, ownOnBase: 80 * mib, changed: 64 * 1024 }
const ways = process.env.KINDLING_BENCH_WAYS?.split(',') ?? ['archive', 'stream', 'missing-layers', 'pull']

export async function bench() {
  const rig = rigStatus()
  if (!rig.present) return `Skipped: ${rig.reason}.`
  const modules = {
    ...(await load('exec/local-exec.js')),
    ...(await load('drivers/podman/podman.js')),
    ...(await load('drivers/podman/images.js')),
    ...(await load('drivers/kind/cluster-config/registry-patches.js')),
    ...(await load('drivers/node-images/node.js')),
    ...(await load('drivers/node-images/node-commands.js')),
    ...(await load('drivers/node-images/choose-way.js')),
    ...(await load('drivers/node-images/image-loader.js')),
  }
  const reports = []
  for (const nodes of [1, 2]) {
    const bench = new LoadBench(rig, nodes, modules)
    try {
      await bench.create()
      reports.push(await bench.measure('nothing in common'))
      if (nodes === 1) reports.push(await bench.measure('a base in common'))
    } finally {
      bench.remove()
    }
  }
  return reports.join('\n\n')
}

class LoadBench {
  #rig
  #count
  #modules
  #nodes = []
  #directory = mkdtempSync(join(tmpdir(), 'kindling-bench-'))
  #cluster = `kindload-bench-${randomBytes(3).toString('hex')}`
  #repository = `localhost/kindload-bench-${randomBytes(3).toString('hex')}`
  #references = new Set()
  #podman
  #exec

  constructor(rig, count, modules) {
    this.#rig = rig
    this.#count = count
    this.#modules = modules
    this.#exec = new modules.LocalExec()
    this.#podman = new modules.Podman(
      this.#exec,
      rig.containersConf === undefined ? {} : { containersConf: rig.containersConf },
    )
  }

  async create() {
    const config = join(this.#directory, 'kind.yaml')
    // JSON is YAML, too.
    const cluster = {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      nodes: ['control-plane', 'worker'].slice(0, this.#count).map((role) => ({ role })),
      containerdConfigPatches: this.#modules.registryPatches({}),
    }
    writeFileSync(config, JSON.stringify(cluster))
    this.#run(
      'kind',
      'create',
      'cluster',
      '--name',
      this.#cluster,
      '--image',
      this.#rig.nodeImage,
      '--config',
      config,
    )
    const names = this.#run('kind', 'get', 'nodes', '--name', this.#cluster).trim().split('\n')
    this.#nodes = names.map((name) => new this.#modules.EngineNode(this.#podman, name))
  }

  remove() {
    this.#run('kind', 'delete', 'cluster', '--name', this.#cluster)
    this.#removeImages()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  /** By turns: the shell loop and each way, with images the nodes have nothing of, and then with one layer changed. */
  async measure(kinship) {
    const subjects = ['shell loop', ...ways]
    const cold = new Map(subjects.map((subject) => [subject, []]))
    const changed = new Map(subjects.map((subject) => [subject, []]))
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        this.#makeContexts(kinship)
        for (const series of [cold, changed]) {
          const figure = await this.#loadBy(subject, this.#build())
          series.get(subject).push(figure)
          const state = series === cold ? 'cold' : 'one layer changed'
          console.error(
            `round ${round + 1} of ${rounds}, ${subject}, ${state}: ${figure.seconds.toFixed(2)} s`,
          )
        }
        await this.#emptyNodes()
        this.#removeImages()
      }
    }
    const nodes = this.#count === 1 ? 'one node' : `${this.#count} nodes`
    return [
      figures(`${images} images of 200 MiB, ${kinship}, ${nodes}: cold`, cold),
      figures(`${images} images of 200 MiB, ${kinship}, ${nodes}: one small layer of each changed`, changed),
    ].join('\n\n')
  }

  async #loadBy(subject, built) {
    if (subject === 'shell loop') return this.#shellLoop(built)
    const directory = mkdtempSync(join(this.#directory, 'run-'))
    const startMs = performance.now()
    const { way } = await this.#modules.chooseWay({
      exec: this.#exec,
      program: this.#podman,
      kind: (args, options) =>
        this.#exec.run({ program: this.#rig.kind, args, env: this.#environment() }, options),
      cluster: this.#cluster,
      directory,
      preference: subject,
    })
    const loader = new this.#modules.ImageLoader({ nodes: this.#nodes, way })
    const loads = await Promise.all(built.map((image) => loader.load(image)))
    loader.close()
    const seconds = (performance.now() - startMs) / 1000
    const sum = (of) => loads.reduce((total, one) => total + of(one), 0)
    for (const one of loads)
      if (one.way !== subject) throw new Error(`loaded by ${one.way} instead of ${subject}`)
    return { seconds, sent: sum((one) => one.bytesSent), written: sum((one) => one.bytesWritten) }
  }

  /** What people write who have no tool for it. */
  #shellLoop(built) {
    const startMs = performance.now()
    let written = 0
    for (const { reference } of built) {
      const tar = join(this.#directory, 'image.tar')
      this.#run('podman', 'save', '--output', tar, reference)
      this.#run('kind', 'load', 'image-archive', tar, '--name', this.#cluster)
      written += statSync(tar).size
      rmSync(tar)
    }
    return { seconds: (performance.now() - startMs) / 1000, sent: written * this.#count, written }
  }

  /** Content that no node has seen: random bytes. */
  #makeContexts(kinship) {
    const base = kinship === 'nothing in common' ? undefined : randomBytes(layers.base)
    for (let index = 0; index < images; index++) {
      const context = join(this.#directory, `context-${index}`)
      rmSync(context, { recursive: true, force: true })
      mkdirSync(context)
      if (base !== undefined) writeFileSync(join(context, 'base'), base)
      writeFileSync(join(context, 'own'), randomBytes(base === undefined ? layers.own : layers.ownOnBase))
      const copies = [...(base === undefined ? [] : ['base']), 'own', 'changed']
      writeFileSync(
        join(context, 'Dockerfile'),
        `FROM scratch\n${copies.map((name) => `COPY ${name} /${name}\n`).join('')}`,
      )
    }
  }

  /** Builds the images again, with another last layer and another tag. */
  #build() {
    const tag = randomBytes(4).toString('hex')
    return Array.from({ length: images }, (_, index) => {
      const reference = `${this.#repository}/image-${index}:${tag}`
      const context = join(this.#directory, `context-${index}`)
      writeFileSync(join(context, 'changed'), randomBytes(layers.changed))
      this.#retrying('podman', 'build', '--quiet', '--layers', '--tag', reference, context)
      this.#references.add(reference)
      const id = this.#run('podman', 'image', 'inspect', '--format', '{{.Id}}', reference).trim()
      return { reference, id: `sha256:${id.replace(/^sha256:/, '')}` }
    })
  }

  async #emptyNodes() {
    for (const node of this.#nodes) {
      await this.#modules.untagInNode(node, [...this.#references], {})
    }
  }

  #removeImages() {
    for (const reference of this.#references) this.#run('podman', 'rmi', reference)
    this.#references.clear()
  }

  #environment() {
    return { ...this.#rig.env, KUBECONFIG: join(this.#directory, 'kubeconfig') }
  }

  /** For what builds besides on this machine: podman's storage has races (M5). */
  #retrying(...command) {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#run(...command)
      } catch (error) {
        if (attempt === 5 || !/layer not known/.test(error.message)) throw error
      }
    }
  }

  #run(program, ...args) {
    const { status, stdout, stderr } = spawnSync(program === 'kind' ? this.#rig.kind : program, args, {
      encoding: 'utf8',
      env: { ...process.env, ...this.#environment() },
    })
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with code ${status}\n${stderr}`)
    return stdout
  }
}

function figures(subject, series) {
  const loop = series.get('shell loop').map(({ seconds }) => seconds)
  const rows = [...series].map(([name, all]) => [
    name,
    formatSpread(spread(all.map(({ seconds }) => seconds)), 2),
    formatSpread(spread(all.map(({ seconds }, index) => loop[index] / seconds)), 2),
    (spread(all.map(({ sent }) => sent)).median / mib).toFixed(1),
    (spread(all.map(({ written }) => written)).median / mib).toFixed(1),
  ])
  return table([subject, 'seconds', 'times faster', 'MiB sent', 'MiB written'], rows)
}
