import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

const job = `apiVersion: batch/v1
kind: Job
metadata: { name: lost }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: job, image: small/web, command: [node, -e, "setTimeout(() => {}, 2000)"] }]
`

const system = () => {
  const files = smallSystem({ 'web.yaml': job })
  return { ...files, 'kindling.yaml': (files['kindling.yaml'] ?? '').replace(', ports: { api: 8080 }', '') }
}

beforeAll(async () => {
  // The base image is kept from here on; it is no leftover of what follows.
  await using project = new Project(system())
  expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
})

/** Asks podman itself for what watches a container that runs, by the end of its name. */
async function conmonOf(name: string): Promise<number> {
  for (;;) {
    const list = ['ps', '--filter', `name=${name}$`, '--format', '{{.ID}}']
    const [id] = spawnSync('podman', list, { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)
    const inspect = ['inspect', '--format', '{{.State.ConmonPid}}', id ?? '']
    if (id !== undefined) return Number(spawnSync('podman', inspect, { encoding: 'utf8' }).stdout)
    await sleep(50)
  }
}

test('a container that podman has lost is told as that, long before its time is over, and made anew', async () => {
  const before = engineSnapshot()
  await using project = new Project(system())
  const up = project.start('up')
  process.kill(await conmonOf('-lost_job'), 'SIGKILL')
  const { exitCode, stderr } = await up.ended
  expect(exitCode, stderr).toBe(1)
  expect(stderr).toContain('lost/job is lost')
  expect(await project.kindling('up')).toMatchObject({ exitCode: 0 })
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
  expect(engineSnapshot()).toEqual(before)
})
