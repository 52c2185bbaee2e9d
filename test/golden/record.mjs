// Records the runs that the golden outputs are made from: the project in testdata, on real containers, once as it is
// and once with each thing broken. To be run by hand after `npm run build`, when what a run tells has changed.
import { spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const here = import.meta.dirname
const bin = join(here, '../../bin/kindling.js')
const rootfs = join(here, '../../examples/alerts/base/rootfs.sh')

/** What is broken in the project, and when the run is interrupted, if it is. */
const scenarios = {
  success: {},
  'build-failure': { change: ['worker.js', 'setInterval(() => {, 1000)\n'] },
  'deploy-failure': { change: ['server.js', "throw new Error('DATABASE_URL is not set')\n"] },
  'test-failure': { change: ['suite.mjs', "console.log('not ok 1 - web says hello')\nprocess.exit(1)\n"] },
  interrupt: {
    change: ['worker.Dockerfile', 'ARG BASE\nFROM ${BASE}\nRUN echo waiting && sleep 600\n'],
    interruptedAt: /build:worker .*\n(?:.*\n)*.*ready:web +succeeded/,
  },
}

const base = realpathSync(mkdtempSync(join(tmpdir(), 'kindling-golden-')))
try {
  // What is kept of a first run is history for all others.
  await run('first', {})
  for (const [name, scenario] of Object.entries(scenarios)) {
    const { stdout, events } = await run(name, scenario)
    writeFileSync(join(here, 'testdata/runs', `${name}.ndjson`), portable(events))
    writeFileSync(join(here, 'testdata/runs', `${name}.result.json`), portable(stdout))
  }
} finally {
  rmSync(base, { recursive: true, force: true })
}

async function run(name, { change, interruptedAt }) {
  const root = join(base, 'repository')
  rmSync(root, { recursive: true, force: true })
  cpSync(join(here, 'testdata/project'), root, { recursive: true })
  mkdirSync(join(root, 'base'))
  cpSync(rootfs, join(root, 'base/rootfs.sh'))
  if (change !== undefined) writeFileSync(join(root, change[0]), change[1])
  const child = spawn(process.execPath, [bin, 'test', '--output', 'json'], {
    cwd: root,
    env: { ...process.env, CI: 'true', KINDLING_STATE_DIR: join(base, 'state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr, isInterrupted] = ['', '', false]
  child.stdout.on('data', (text) => (stdout += text))
  child.stderr.on('data', (text) => {
    stderr += text
    process.stderr.write(text)
    if (isInterrupted || !interruptedAt?.test(stderr)) return
    isInterrupted = true
    child.kill('SIGINT')
  })
  const exitCode = await new Promise((resolve) => child.on('close', resolve))
  console.log(`${name}: exit code ${exitCode}`)
  const runs = join(root, '.kindling/runs')
  const [id] = readdirSync(runs)
  return { stdout, events: readFileSync(join(runs, id, 'events.ndjson'), 'utf8') }
}

/** Nothing of this machine: neither its directories nor what its podman needs. */
function portable(text) {
  return text
    .replaceAll(join(base, 'repository'), '/home/ada/small')
    .replaceAll(base, '/home/ada')
    .replaceAll(/^.*podman runs with settings of kindling's own.*\n/gm, '')
}
