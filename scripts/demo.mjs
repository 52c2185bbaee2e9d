// The main job in one go: brings the example up, sends an alert through it, finds it again, and takes all down.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const example = join(root, 'examples', 'alerts')
const environment = 'alerts'

// A Ctrl-C reaches the kindling that is running as well; what comes after it is this script's to decide.
let isInterrupted = false
process.on('SIGINT', () => (isInterrupted = true))

try {
  await run(join(root, 'node_modules', '.bin', 'tsc'), ['-b'], root)
  title('kindling up')
  await kindling('up', environment)
  if (!isInterrupted) await talk()
} catch (error) {
  fail(error)
}
title('kindling down')
await kindling('down', environment).catch(fail)
if (isInterrupted) process.exitCode = 130

/** Posts an alert to the gateway and reads it back from datastorage, which asks PostgreSQL. */
async function talk() {
  const file = join(example, '.kindling', 'environments', environment, 'env.json')
  const { variables } = JSON.parse(readFileSync(file, 'utf8'))
  title('an alert through the gateway')
  const alert = {
    name: 'Demo',
    severity: 'critical',
    summary: 'kindling is lit',
    labels: { at: new Date().toISOString() },
  }
  const posted = await request('POST', `${variables.KINDLING_GATEWAY_API_URL}/alerts`, alert)
  const read = await request('GET', `${variables.KINDLING_DATASTORAGE_API_URL}/alerts/${posted.id}`)
  if (read.labels.at !== alert.labels.at)
    throw new Error(`PostgreSQL gave back another alert: ${JSON.stringify(read)}`)
  console.log('The alert posted to gateway was read back from PostgreSQL through datastorage.')
}

async function request(method, url, body) {
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  console.log(`${method} ${url}\n  ${response.status} ${text}`)
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}`)
  return JSON.parse(text)
}

function kindling(...args) {
  return run(process.execPath, [join(root, 'bin', 'kindling.js'), ...args], example)
}

function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${[program, ...args].join(' ')} ended with exit code ${code}`)),
    )
  })
}

function title(text) {
  console.log(`\n== ${text}`)
}

function fail(error) {
  console.error(`demo: ${error.message}`)
  process.exitCode = 1
}
