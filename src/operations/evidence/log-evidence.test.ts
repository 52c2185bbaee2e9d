import { expect, test } from 'vitest'
import { MemoryFolder } from '../../../test/rig/memory-folder.ts'
import { aLoggedContainer, ScriptedLogs } from '../../../test/rig/scripted-logs.ts'
import { logEvidence } from './log-evidence.ts'

const options = { signal: new AbortController().signal, timeoutMs: 1_000 }

test('each container has a file, and one more for what it said before it was started again', async () => {
  const logs = new ScriptedLogs([
    aLoggedContainer('web', 'app', { hasPrevious: true }),
    aLoggedContainer('web', 'prepare', { state: 'ended' }),
    aLoggedContainer('', 'worker', { namespace: 'jobs', pod: 'worker-1' }),
    aLoggedContainer('late', 'app', { state: 'waiting' }),
    aLoggedContainer('', 'coredns', { isSystem: true }),
  ])
  const folder = new MemoryFolder()
  await logEvidence(logs).collect(folder, options)
  expect(folder.paths).toEqual([
    'containers/jobs/worker-1/worker.log',
    'containers/web/web/app.log',
    'containers/web/web/app.previous.log',
    'containers/web/web/prepare.log',
  ])
  expect(folder.text('containers/web/web/app.log')).toBe('2030-01-01T00:00:00Z app now\n')
  expect(folder.text('containers/web/web/app.previous.log')).toBe('2030-01-01T00:00:00Z app before\n')
})

test('a log that cannot be read takes nothing from the others, and is told', async () => {
  const logs = new ScriptedLogs([aLoggedContainer('web', 'app'), aLoggedContainer('db', 'app')])
  logs.unreadable.add('web')
  const folder = new MemoryFolder()
  await expect(logEvidence(logs).collect(folder, options)).rejects.toThrow('web/app: no such container')
  expect(folder.paths).toEqual(['containers/db/db/app.log'])
})
