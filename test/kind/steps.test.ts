import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Ended } from '../rig/project.ts'
import { stepSystem } from '../rig/step-system.ts'
import { kindProject, missingRig, onRig } from './rig.ts'

interface HandOver {
  readonly id: string
  readonly run: string
  readonly variables: Readonly<Record<string, string>>
}

function handOverOf(ended: Ended): HandOver {
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
  return JSON.parse(ended.stdout) as HandOver
}

const files = stepSystem({
  'kindling.yaml': (stepSystem()['kindling.yaml'] ?? '')
    .replace('services: [web], test', 'services: [web], cluster: { provider: kind }, test')
    .replace(
      'outputs: { version',
      'outputs: { place: { object: Service/store, jsonPath: "{.spec.ports[0].targetPort}" }, version',
    )
    .replace(
      'TOKEN: "${services.seed',
      'PLACE: "${services.schema.outputs.place}"\n      TOKEN: "${services.seed',
    ),
})

describe.skipIf(missingRig !== undefined)(onRig('steps and outputs on Kind'), () => {
  test('R2: a migration runs through a forward; lines of logs and fields of objects reach later services', async () => {
    await using project = kindProject(files)
    const first = await project.kindling('up', '--output', 'json')
    const handOver = handOverOf(first)
    const expectAnswer = (wanted: object) =>
      vi.waitFor(
        async () => {
          const url = `${handOver.variables.KINDLING_WEB_API_URL}/`
          const answer = await fetch(url, { headers: { connection: 'close' } })
          expect(await answer.json()).toMatchObject(wanted)
        },
        { timeout: 15_000, interval: 200 },
      )
    await expectAnswer({ version: 'v2', token: 'a$(HOME)2', args: ['a$(HOME)2'], greeting: 'hello' })
    const applied = readFileSync(
      join(project.root, '.kindling/runs', handOver.run, 'manifests/web.yaml'),
      'utf8',
    )
    expect(applied).toMatch(/name: PLACE\n\s+value: lines/)
    expect(applied).not.toContain('HOME')
    expect(first.stdout + first.stderr).not.toContain('HOME')

    const second = await project.kindling('up', '--output', 'json')
    handOverOf(second)
    for (const task of ['deploy:store', 'run:schema', 'deploy:seed', 'deploy:web'])
      expect(second.stderr).toMatch(new RegExp(`^${task} .*reused$`, 'm'))

    project.write('migrations/3.sql', 'create table c')
    const third = await project.kindling('up', '--output', 'json')
    handOverOf(third)
    expect(third.stderr).toMatch(/^deploy:store .*reused$/m)
    await expectAnswer({ version: 'v5', token: 'a$(HOME)5' })

    expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(project.stateDirectory, 'environments', handOver.id))).toBe(false)
  })
})
