// Every check that needs no containers, side by side: what CI runs, and what to run before a commit.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = (name) => join(root, 'node_modules', '.bin', name)

/** All others read what the build writes. */
const first = { name: 'build', command: [bin('tsc'), '-b'] }
const rest = [
  { name: 'format and lint', command: [bin('biome'), 'ci', '--colors=off', '.'] },
  { name: 'types of tests', command: [bin('tsc'), '-p', 'tsconfig.test.json'] },
  { name: 'dead code', command: [bin('knip'), '--no-progress'] },
  { name: 'package', command: [bin('publint'), '--strict'] },
  { name: 'generated files', command: [process.execPath, 'scripts/generate-docs.mjs', '--check'] },
  { name: 'unit tests', command: [bin('vitest'), 'run', '--project', 'unit'], isShown: true },
]

const started = performance.now()
let failed = await check(first)
if (failed === 0) failed = (await Promise.all(rest.map(check))).reduce((sum, code) => sum + code, 0)
console.log(`${failed === 0 ? 'all checks passed' : `${failed} checks failed`} in ${seconds(started)}`)
process.exitCode = failed === 0 ? 0 : 1

/** Runs one check and prints its output when it failed; 1 if so, else 0. */
function check({ name, command: [program, ...args], isShown = false }) {
  return new Promise((resolve) => {
    const start = performance.now()
    let output = ''
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => (output += error.message))
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds(start)})`)
      if (code !== 0 || isShown) console.log(output.trimEnd().replaceAll(/^/gm, '  '))
      resolve(code === 0 ? 0 : 1)
    })
  })
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)}s`
}
