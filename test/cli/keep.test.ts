import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'

const files = {
  'kindling.yaml':
    'apiVersion: kindling/v1alpha1\nproject: small\nservices:\n  web: { apply: web.yaml }\nenvironments:\n  e2e: { services: [web] }\n',
}

test.each(['false', 'true', 'no', '0', 'ALWAYS', 'failure', ''])(
  'E5: `--keep %s` is refused with what there is to choose from, and nothing is guessed',
  async (value) => {
    await using project = new Project(files)
    const { exitCode, stderr } = await project.kindling('test', '--keep', value)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Allowed choices are never, on-failure, always')
    expect(project.everything().filter((file) => /state|\.kindling/.test(file))).toEqual([])
  },
)

test.each([
  [['test', '--keep-for', '2'], 'It must be a whole number, at least 1, and a unit'],
  [['up', '--keep-for', '0h'], 'It must be a whole number, at least 1, and a unit'],
  [['test', '--keep', 'never', '--keep-for', '2h'], "cannot be used with '--keep never'"],
])('`kindling %j` is refused before anything happens', async (args, message) => {
  await using project = new Project(files)
  const { exitCode, stderr } = await project.kindling(...args)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(message)
  expect(project.everything().filter((file) => /state|\.kindling/.test(file))).toEqual([])
})

test('E5: a variable without a value is none, as CI systems set it', async () => {
  await using project = new Project(files)
  project.env = { KINDLING_KEEP: '', KINDLING_ENGINE: '', KINDLING_FILE: '', KINDLING_JUNIT: '' }
  const { exitCode, stderr } = await project.kindling('test')
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('E_CONFIG_FILE_MISSING'),
  })
  expect(stderr).not.toContain('is invalid')
})

test('E5: a variable that switches something off must say so', async () => {
  await using project = new Project(files)
  project.env = { KINDLING_REAPER: 'false' }
  const { exitCode, stderr } = await project.kindling('status')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/E_VARIABLE_INVALID[\s\S]*KINDLING_REAPER is `false`[\s\S]*`on` or `off`/)
})
