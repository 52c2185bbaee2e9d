import { baseImage, deployment, smallSystem } from './small-system.ts'

/** A store of lines over plain TCP: `+text` adds one, `?` asks for all; it closes when it is asked to. */
const store = `const { createServer } = require('node:net')
const lines = []
createServer((socket) => {
  socket.on('error', () => {})
  socket.setEncoding('utf8').on('data', (text) => {
    for (const line of text.trim().split('\\n')) {
      if (line.startsWith('+')) lines.push(line.slice(1))
      socket.write(line === '?' ? JSON.stringify(lines) + '\\n' : 'ok\\n')
    }
  })
}).listen(5432)
process.on('SIGTERM', () => process.exit(0))
`

/** Runs on the host: adds what each file of a directory says, over a connection of its own. */
const migrate = `import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
const { STORE_HOST, STORE_PORT, KINDLING_ENVIRONMENT } = process.env
const ask = async (line) => {
  const socket = connect(Number(STORE_PORT), STORE_HOST).setEncoding('utf8')
  socket.write(line + '\\n')
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return answer.trim()
}
for (const file of readdirSync('migrations').sort()) await ask('+' + readFileSync('migrations/' + file, 'utf8').trim())
console.log('migrated', KINDLING_ENVIRONMENT)
console.log('version=' + JSON.parse(await ask('?')).length)
if (process.env.FAILS) { console.error('relation exists already'); process.exit(3) }
`

const server = `const { createServer } = require('node:http')
const { VERSION, TOKEN, HERE, GREETING } = process.env
createServer((_, response) => response.end(JSON.stringify({ version: VERSION, token: TOKEN, here: HERE, greeting: GREETING, args: process.argv.slice(2) }))).listen(8080)
process.on('SIGTERM', () => process.exit(0))
`

const seedJob = `apiVersion: batch/v1
kind: Job
metadata: { name: seed }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: seed, image: small/web, command: [node, -e, "console.log('token=a$(HOME)' + process.env.VERSION)"] }
`

/**
 * A store, a step that fills it from the host through a forward, a Job that prints a token, and a server that is given
 * what both came to.
 */
export function stepSystem(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ...smallSystem(),
    'kindling.yaml': `apiVersion: kindling/v1alpha1
project: small
images:
  ${baseImage}
  web: { dockerfile: Dockerfile, args: { BASE: "\${images.node-base.ref}" } }
services:
  store: { apply: store.yaml, ready: [rollout, { exec: [node, -e, "require('net').connect(5432).on('error', () => process.exit(1)).on('connect', () => process.exit(0))"] }] }
  schema:
    run: [node, migrate.mjs]
    needs: [store]
    inputs: [migrate.mjs, migrations]
    forwards: { db: { service: store, port: store } }
    env: { STORE_HOST: "\${forwards.db.host}", STORE_PORT: "\${forwards.db.port}" }
    outputs: { version: { stdout: "version=(\\\\d+)" } }
  seed:
    apply: seed.yaml
    env: { VERSION: "\${services.schema.outputs.version}" }
    outputs: { token: { log: "token=(\\\\S+)", secret: true } }
  web:
    apply: web.yaml
    ports: { api: 8080 }
    env:
      VERSION: "v\${services.schema.outputs.version}"
      TOKEN: "\${services.seed.outputs.token}"
      HERE: "\${services.web.ports.api.url}"
environments:
  e2e: { services: [web], test: { run: 'echo "tests see $TOKEN and $VERSION"', env: { TOKEN: "\${services.seed.outputs.token}", VERSION: "\${services.schema.outputs.version}" } } }
`,
    'migrate.mjs': migrate,
    'migrations/1.sql': 'create table a',
    'migrations/2.sql': 'create table b',
    'store.js': store,
    'server.js': server,
    Dockerfile: 'ARG BASE\nFROM ${BASE}\nCOPY server.js store.js /\nCMD ["node", "/server.js"]\n',
    'store.yaml': deployment
      .replaceAll('name: web', 'name: store')
      .replaceAll('app: web', 'app: store')
      .replace('env: [{ name: GREETING, value: hello }]', 'command: [node, /store.js]')
      .replace('readinessProbe: { httpGet: { port: 8080 } }', 'ports: [{ name: lines, containerPort: 5432 }]')
      .replace('ports: [{ port: 8080 }]', 'ports: [{ name: store, port: 15432, targetPort: lines }]'),
    'seed.yaml': seedJob,
    'web.yaml': deployment.replace(
      'env: [{ name: GREETING, value: hello }]',
      'env: [{ name: TOKEN, value: none }, { name: GREETING, value: hello }]\n          command: [node, /server.js, "$(TOKEN)"]',
    ),
    // What the step is made from is in no image.
    '.dockerignore': '.kindling\nbase\n*.yaml\n*.mjs\nmigrations\n',
    ...changes,
  }
}
