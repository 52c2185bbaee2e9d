import { chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import type { Project } from '../rig/project.ts'
import { kindProject, kindSystem, missingRig, onRig } from './rig.ts'

/** A directory for the PATH, with a `kind` that is this script, or without one. */
function programs(project: Project, script?: string): string {
  if (script === undefined) return '/usr/sbin:/usr/bin:/sbin:/bin'
  project.write('programs/kind', `#!/bin/sh\n${script}\n`)
  chmodSync(join(project.root, 'programs/kind'), 0o755)
  return `${join(project.root, 'programs')}:/usr/sbin:/usr/bin:/sbin:/bin`
}

const config = kindSystem()['kindling.yaml'] ?? ''
const withKindConfig = (text: string) =>
  kindSystem({
    'kindling.yaml': config.replace('provider: kind', 'provider: kind, config: kind.yaml'),
    'kind.yaml': text,
  })

describe.skipIf(missingRig !== undefined)(onRig('what cannot be served by Kind'), () => {
  test.each([
    ['there is no kind', undefined, 'kind is not installed'],
    ['kind is too old', 'echo kind v0.11.1 go1.16.4 linux/amd64', 'kind 0.11.1 is too old'],
  ])('is told before anything happens: %s', async (_, script, message) => {
    const before = engineSnapshot()
    await using project = kindProject()
    project.env = { ...project.env, PATH: `${join(process.execPath, '..')}:${programs(project, script)}` }
    const { exitCode, stderr } = await project.kindling('up')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 })
    expect(stderr).toContain(message)
    expect(stderr).toContain('hint:')
    expect(engineSnapshot()).toEqual(before)
  })

  test.each([
    ['is not YAML', 'kind: [Cluster', 'kind.yaml:1'],
    ['is of another kind', 'kind: Deployment\napiVersion: apps/v1\n', 'kind.yaml:1'],
    [
      'claims a host port twice',
      'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n  extraPortMappings:\n' +
        '  - { containerPort: 30100, hostPort: 24100 }\n  - { containerPort: 30101, hostPort: 24100 }\n',
      'kind.yaml:7',
    ],
  ])('P1, C8: a Kind config that %s is bad input, with its place', async (_, text, place) => {
    await using project = kindProject(withKindConfig(text))
    const everything = project.everything()
    const { exitCode, stderr } = await project.kindling('up')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 })
    expect(stderr).toContain(place)
    expect(project.everything()).toEqual(everything)
  })

  test('a port that a foreign process has is told, and by whom it is wanted', async () => {
    const server = createServer().listen(24_201, '127.0.0.1')
    await using project = kindProject(
      kindSystem({
        'kindling.yaml': config.replace('{ api: 8080 }', '{ api: { port: 8080, host: 24201 } }'),
      }),
    )
    const { exitCode, stderr } = await project.kindling('up')
    server.close()
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 })
    expect(stderr).toContain('port 24201, which is fixed for web.api: another program listens there')
  })

  test('a node image that is nowhere to be had is told, and nothing is left of the attempt', async () => {
    const before = engineSnapshot()
    await using project = kindProject()
    project.env = { ...project.env, KINDLING_NODE_IMAGE: 'registry.invalid/kindest/node:v1.99.0' }
    const { exitCode, stderr } = await project.kindling('test', '--keep', 'never', '--', 'true')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 })
    expect(stderr).toContain('registry.invalid/kindest/node:v1.99.0')
    expect(stderr).toMatch(/hint: .*image/)
    expect(engineSnapshot()).toEqual(before)
  })
})
