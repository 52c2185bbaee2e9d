import { expect, test } from 'vitest'
import { createSession } from './session.ts'

test.each([
  [{}, false],
  [{ GITHUB_ACTIONS: 'true' }, true],
  [{ GITLAB_CI: 'true' }, true],
  [{ GITLAB_CI: 'true', NO_COLOR: '1' }, false],
  [{ FORCE_COLOR: '1' }, true],
])('progress has colours in logs that show them, and data has none unless asked for: %o', (env, color) => {
  const stream = { write: () => true, on: () => {} }
  const session = createSession({
    ...{ cwd: () => '/', env, stdout: stream, stderr: stream },
  } as unknown as NodeJS.Process)
  expect(session.stderr.color).toBe(color)
  expect(session.stdout.color).toBe('FORCE_COLOR' in env)
})
