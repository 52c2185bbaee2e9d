import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Host } from '../host.ts'
import { loadProject } from '../prepare/load-project.ts'
import { lint } from './lint.ts'

const examples = join(import.meta.dirname, '../../../examples')
const projects = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'kindling.yaml')))

test.each(projects)('the linter finds nothing in the example %s', async (name) => {
  const cwd = join(examples, name)
  const env = { KINDLING_STATE_DIR: temporaryDirectory() }
  const { config } = await loadProject({ cwd, env })
  if (config === undefined) throw new Error('the example has no valid configuration')
  const { findings } = await lint({ project: { config, host: new Host(env) }, paths: [], cwd })
  expect(findings).toEqual([])
})
