import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stateDirectory } from './state-directory.ts'

test('our own variable comes before the one of the desktop, and that before the default', () => {
  const env = { KINDLING_STATE_DIR: '/own', XDG_STATE_HOME: '/xdg' }
  expect(stateDirectory(env)).toBe('/own')
  expect(stateDirectory({ ...env, KINDLING_STATE_DIR: '' })).toBe('/xdg/kindling')
  expect(stateDirectory({ KINDLING_STATE_DIR: 'state' })).toBe(join(process.cwd(), 'state'))
  expect(stateDirectory({})).toBe(join(homedir(), '.local/state/kindling'))
})
