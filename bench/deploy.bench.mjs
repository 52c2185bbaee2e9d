import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rigStatus } from '../test/real-kind/status.mjs'
import { formatSpread, spread, table } from './measure.mjs'

export const title =
  'Twenty small services onto a Kind cluster: beside one kubectl apply and one kubectl wait'

const bin = join(import.meta.dirname, '..', 'bin', 'kindling.js')
const rounds = Number(process.env.KINDLING_BENCH_ROUNDS ?? 5)
const names = Array.from({ length: 20 }, (_, index) => `service-${index + 1}`)
const namespace = 'bench'
const shell = '/bin/busybox'
/** What makes a service ready: that its container runs, or that it answers. */
const probes = {
  'without probes': '',
  'with readiness probes': ', readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }',
}

export async function bench() {
  const rig = rigStatus()
  if (!rig.present) return `Skipped: ${rig.reason}.`
  if (!existsSync(shell)) return `Skipped: there is no ${shell} to make an image of.`
  const bench = new DeployBench(rig)
  try {
    const reports = []
    for (const [subject, probe] of Object.entries(probes)) reports.push(await bench.measure(subject, probe))
    return reports.join('\n\n')
  } finally {
    await bench.remove()
  }
}

class DeployBench {
  #directory = mkdtempSync(join(tmpdir(), 'kindling-bench-'))
  #root = join(this.#directory, 'repository')
  #env

  constructor(rig) {
    this.#env = {
      ...process.env,
      PATH: rig.env.PATH,
      CI: 'true',
      KINDLING_STATE_DIR: join(this.#directory, 'state'),
      KINDLING_NODE_IMAGE: rig.nodeImage,
      KUBECONFIG: join(this.#root, '.kindling/environments/bench/kubeconfig'),
    }
    mkdirSync(join(this.#root, 'web'), { recursive: true })
    copyFileSync(shell, join(this.#root, 'web', 'busybox'))
    const command = '["/busybox", "httpd", "-f", "-p", "8080"]'
    writeFileSync(
      join(this.#root, 'web', 'Dockerfile'),
      `FROM scratch\nCOPY busybox /busybox\nCMD ${command}\n`,
    )
    writeFileSync(join(this.#root, 'kindling.yaml'), config)
  }

  async remove() {
    await this.#kindling('down')
    rmSync(this.#directory, { recursive: true, force: true })
  }

  /** By turns, each onto a cluster that has the images and nothing else. */
  async measure(subject, probe) {
    for (const name of names) writeFileSync(join(this.#root, `${name}.yaml`), manifest(name, probe))
    const { images } = JSON.parse(await this.#kindling('up', '--output', 'json'))
    await this.#clear()
    const series = { deploy: [], up: [], kubectl: [] }
    for (let round = 1; round <= rounds; round++) {
      const { deploySeconds, upSeconds } = await this.#byKindling()
      await this.#clear()
      const kubectlSeconds = await this.#byKubectl(images.web.reference)
      await this.#clear()
      series.deploy.push(deploySeconds)
      series.up.push(upSeconds)
      series.kubectl.push(kubectlSeconds)
      const times = `${deploySeconds.toFixed(2)} s of ${upSeconds.toFixed(2)} s, kubectl ${kubectlSeconds.toFixed(2)} s`
      console.error(`round ${round} of ${rounds}, ${subject}: kindling ${times}`)
    }
    const row = (name, seconds) => [
      name,
      formatSpread(spread(seconds), 2),
      formatSpread(spread(seconds.map((one, index) => one / series.kubectl[index])), 2),
    ]
    return table(
      [`${names.length} services ${subject}`, 'seconds', 'times kubectl'],
      [
        row('kubectl apply, kubectl wait', series.kubectl),
        row('kindling up, its deploy phase', series.deploy),
        row('kindling up, all of it', series.up),
      ],
    )
  }

  async #byKindling() {
    const startMs = performance.now()
    const { runDirectory } = JSON.parse(await this.#kindling('up', '--output', 'json'))
    const upSeconds = (performance.now() - startMs) / 1000
    const events = readFileSync(join(runDirectory, 'events.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const times = events
      .filter(({ type, task }) => /^task-(started|finished)$/.test(type) && /^(deploy|ready):/.test(task))
      .map(({ at }) => at)
    return { deploySeconds: (Math.max(...times) - Math.min(...times)) / 1000, upSeconds }
  }

  async #byKubectl(reference) {
    const file = join(this.#directory, 'all.yaml')
    const own = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`
    const all = names.map((name) => readFileSync(join(this.#root, `${name}.yaml`), 'utf8'))
    const injected = `image: ${reference}, imagePullPolicy: Never`
    writeFileSync(file, [own, ...all].join('---\n').replaceAll('image: bench/web', injected))
    const startMs = performance.now()
    await this.#kubectl('apply', '--namespace', namespace, '--filename', file)
    const condition = ['--for=condition=Available', '--timeout=10m']
    await this.#kubectl('wait', '--namespace', namespace, ...condition, 'deployment', '--all')
    return (performance.now() - startMs) / 1000
  }

  #clear() {
    return this.#kubectl('delete', 'namespace', namespace, '--wait')
  }

  #kindling(...args) {
    return this.#run(process.execPath, bin, ...args)
  }

  #kubectl(...args) {
    return this.#run('kubectl', ...args)
  }

  #run(program, ...args) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.#root, env: this.#env })
      const output = { stdout: '', stderr: '' }
      for (const stream of ['stdout', 'stderr'])
        child[stream].setEncoding('utf8').on('data', (text) => {
          output[stream] += text
        })
      child.on('error', reject)
      child.on('close', (code) =>
        code === 0
          ? resolve(output.stdout)
          : reject(new Error(`${program} ${args.join(' ')} exited with code ${code}\n${output.stderr}`)),
      )
    })
  }
}

const services = names.map((name) => `  ${name}: { apply: ${name}.yaml, namespace: ${namespace} }\n`)
const config = `apiVersion: kindling/v1alpha1
project: bench
images:
  web: { dockerfile: web/Dockerfile, context: web }
services:
${services.join('')}environments:
  bench: { services: [${names.join(', ')}], cluster: { provider: kind } }
`

function manifest(name, probe) {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: web, image: bench/web${probe} }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }] }
`
}
