import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rigStatus } from '../test/real-kind/status.mjs'

export const title = 'The strategies side by side: the example, and thirteen services that are made up'

const root = join(import.meta.dirname, '..')
const dist = process.env.KINDLING_DIST ?? join(root, 'dist')
const rounds = process.env.KINDLING_BENCH_ROUNDS ?? '3'

/** Seconds that each build sleeps, and which services it needs: three deep. */
const synthetic = {
  config: [2, []],
  identity: [6, []],
  ledger: [12, []],
  search: [30, []],
  accounts: [4, ['config', 'identity']],
  catalog: [18, ['search']],
  payments: [9, ['ledger', 'identity']],
  stock: [15, ['ledger']],
  mail: [3, ['config']],
  basket: [7, ['catalog', 'stock']],
  orders: [22, ['payments', 'accounts']],
  reviews: [5, ['catalog', 'accounts']],
  shop: [10, ['mail', 'stock']],
}

export async function bench() {
  const { benchTable } = await import(pathToFileURL(join(dist, 'cli', 'bench-table.js')).href)
  const directory = mkdtempSync(join(tmpdir(), 'kindling-bench-'))
  const rig = rigStatus()
  const providers = rig.present ? ['kind', 'podman'] : ['podman']
  const wanted = (process.env.KINDLING_BENCH_PROVIDERS ?? providers.join()).split(',')
  const environments = (process.env.KINDLING_BENCH_ENVIRONMENTS ?? 'alerts,shop').split(',')
  try {
    const example = join(directory, 'alerts')
    cpSync(join(root, 'examples', 'alerts'), example, {
      recursive: true,
      filter: (path) => !path.endsWith('/.kindling'),
    })
    const reports = rig.present ? [] : [`Without Kind: ${rig.reason}.`]
    for (const provider of wanted) {
      for (const environment of environments) {
        const subject = {
          environment,
          provider,
          project: environment === 'alerts' ? example : made(directory),
        }
        const cold = ['--states', 'cold', '--strategies']
        const runs =
          environment === 'alerts'
            ? [
                [...cold, 'serial,hybrid,pipelined'],
                ['--states', 'changed', '--change', 'gateway/server.js', '--strategies', 'pipelined'],
              ]
            : [[...cold, 'hybrid,pipelined']]
        for (const args of runs) {
          const result = await run(subject, args, directory, rig)
          reports.push(
            `${environment} on ${provider}\n\n\`\`\`text\n${benchTable(result, Number.MAX_SAFE_INTEGER)}\`\`\``,
          )
        }
      }
    }
    return reports.join('\n\n')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The synthetic environment as a project. */
function made(directory) {
  const project = join(directory, 'shop')
  rmSync(project, { recursive: true, force: true })
  mkdirSync(join(project, 'base'), { recursive: true })
  writeFileSync(
    join(project, 'base', 'rootfs.sh'),
    readFileSync(join(root, 'examples', 'alerts', 'base', 'rootfs.sh')),
  )
  writeFileSync(
    join(project, 'server.js'),
    "require('node:http').createServer((_, answer) => answer.end('ok')).listen(8080)\nprocess.on('SIGTERM', () => process.exit(0))\n",
  )
  writeFileSync(join(project, '.dockerignore'), '*\n!server.js\n')
  const names = Object.keys(synthetic)
  for (const [name, [seconds]] of Object.entries(synthetic)) {
    writeFileSync(
      join(project, `${name}.Dockerfile`),
      `ARG BASE\nFROM \${BASE}\nRUN sleep ${seconds} && echo ${name} > /name\nCOPY server.js /server.js\nCMD ["node", "/server.js"]\n`,
    )
    writeFileSync(join(project, `${name}.yaml`), manifests(name))
  }
  const image = (name) =>
    `  ${name}: { dockerfile: ${name}.Dockerfile, args: { BASE: "\${images.node-base.ref}" } }`
  const service = (name) => `  ${name}: { apply: ${name}.yaml, needs: [${synthetic[name][1].join(', ')}] }`
  writeFileSync(
    join(project, 'kindling.yaml'),
    [
      'apiVersion: kindling/v1alpha1',
      'project: synthetic',
      'images:',
      '  node-base: { pull: docker.io/library/node:20-bookworm-slim, rootfs: [sh, base/rootfs.sh, nodejs] }',
      ...names.map(image),
      'services:',
      ...names.map(service),
      'environments:',
      `  shop: { services: [${names.join(', ')}] }`,
      '',
    ].join('\n'),
  )
  return project
}

function manifests(name) {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: main, image: synthetic/${name}, readinessProbe: { periodSeconds: 1, httpGet: { port: 8080 } } }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 8080 }] }
`
}

/** What `kindling bench` says of it, with a state of its own: nothing is known of runs before this benchmark. */
function run({ project, environment, provider }, flags, directory, rig) {
  const args = ['bench', environment, '--provider', provider, ...flags, '--rounds', rounds]
  const child = spawn(process.execPath, [join(root, 'bin', 'kindling.js'), ...args, '--output', 'json'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...(provider === 'kind' ? { ...rig.env, KINDLING_NODE_IMAGE: rig.nodeImage } : {}),
      KINDLING_STATE_DIR: join(directory, 'state'),
    },
  })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(JSON.parse(Buffer.concat(chunks)))
        : reject(new Error(`kindling ${args.join(' ')} exited with code ${code}`)),
    )
  })
}
