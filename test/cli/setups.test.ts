import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../rig/temp-directory.ts'

const setUp = join(import.meta.dirname, '../../dist/testing/jest.js')

/** A runner that does what Jest does with a global setup that fails. */
const runner = `
  const before = JSON.stringify(process.env)
  const { default: setUp } = await import(process.argv[1])
  await setUp().catch((error) => console.error('runner:', error.stack))
  console.log(JSON.stringify(process.env) === before)
`

test('what does not come up ends a setup with a sentence, after what Kindling says, and leaves no variables', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', runner, setUp], {
    cwd: temporaryDirectory(),
    encoding: 'utf8',
  })
  expect(stderr).toMatch(/^error {2}E_CONFIG_NOT_FOUND\n/)
  expect(stderr).toMatch(/\nrunner: kindling up ended with exit code 2; what it said is above\n$/)
  expect(stdout).toBe('true\n')
})

test('a setup that wants another environment than one before it is not given that one', () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'env.json')
  writeFileSync(file, JSON.stringify({ environment: 'a', variables: {} }))
  const modules = ['variables', 'set-up'].map((name) => join(setUp, `../${name}.js`))
  // What the first one has put there, as it is while its environment is up.
  const script = `
    const [{ putVariables }, { setUp }] = await Promise.all(process.argv.slice(1, 3).map((path) => import(path)))
    putVariables({ KINDLING_ENVIRONMENT: 'a', KINDLING_ENV_FILE: process.argv[3] })
    const given = ({ handOver }) => console.log('given', handOver.environment)
    await setUp({}).then(given)
    await setUp({ environment: 'a' }).then(given)
    await setUp({ environment: 'b' }).then(given, (error) => console.log(error.message))`
  const args = ['--input-type=module', '-e', script, ...modules, file]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' })
  expect(stderr).toMatch(/^error {2}E_CONFIG_NOT_FOUND\n/)
  expect(stdout).toBe('given a\ngiven a\nkindling up ended with exit code 2; what it said is above\n')
})

test('E5: what is no choice of `keep` is refused, also in a variable', () => {
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', runner, setUp], {
    cwd: temporaryDirectory(),
    encoding: 'utf8',
    env: { ...process.env, KINDLING_KEEP: 'false' },
  })
  expect(stderr).toMatch(/'false' from env 'KINDLING_KEEP' is invalid/)
  expect(stderr).toMatch(/exit code 2/)
})
