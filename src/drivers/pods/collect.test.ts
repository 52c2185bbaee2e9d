import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { LocalExec } from '../../exec/local-exec.ts'
import { Podman } from '../podman/podman.ts'
import { collectFromPods } from './collect.ts'

const containers = JSON.stringify([
  { Id: 'web', Mounts: ['/tmp', '/measured'] },
  { Id: 'postgres', Mounts: ['/var/lib/postgresql'] },
  { Id: 'infra', Mounts: null },
])

/** A podman that is none, with the files of an environment's volumes; what it does to files is done. */
function environment() {
  const local = new LocalExec()
  const volumeDirectory = temporaryDirectory({
    'directories/default.web.measured/web/app/covmeta.1': 'start',
    'directories/default.web.measured/web/app/covcounters.1': 'end',
    'directories/default.postgres-0.data/base': 'rows',
  })
  const exec = new FakeExec(async (command) => {
    const [verb, ...args] = command.args
    if (verb === 'ps') return { stdout: containers }
    if (command.program !== 'podman') await local.run(command)
    if (verb === 'unshare') await local.run({ program: args[0] ?? '', args: args.slice(1) })
    return {}
  })
  const podman = new Podman(exec)
  const volume = { environment: 'shop-e2e-1', mountPoint: '/measured', name: 'measured', volumeDirectory }
  return { exec, podman, volume, volumeDirectory, to: temporaryDirectory() }
}

const verbs = (exec: FakeExec) =>
  exec.commands
    .filter(({ args: [verb] }) => verb === 'stop' || verb === 'start')
    .map(({ args }) => args.join(' '))

test('only containers that write there are ended, and what pods have written is copied', async () => {
  const { exec, podman, volume, volumeDirectory, to } = environment()
  await collectFromPods(podman, volume, { to, graceSeconds: 7, isResumed: false, staying: [] }, {})
  expect(verbs(exec)).toEqual(['stop --time 7 web'])
  expect(readdirSync(to)).toEqual(['default.web'])
  expect(readFileSync(join(to, 'default.web/web/app/covcounters.1'), 'utf8')).toBe('end')
  expect(readdirSync(join(volumeDirectory, 'directories/default.web.measured/web/app'))).toHaveLength(2)
})

test('what goes on is started again, and finds no more than what it needs from its start', async () => {
  const { exec, podman, volume, volumeDirectory, to } = environment()
  await collectFromPods(podman, volume, { to, graceSeconds: 7, isResumed: true, staying: ['covmeta.*'] }, {})
  expect(verbs(exec)).toEqual(['stop --time 7 web', 'start web'])
  const left = readdirSync(join(volumeDirectory, 'directories/default.web.measured/web/app'))
  expect(left).toEqual(['covmeta.1'])
})
