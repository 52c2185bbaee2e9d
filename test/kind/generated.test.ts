import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import {
  answerOf,
  filesWith,
  type GeneratedResult,
  generatedConfig,
  generatedServer,
  generatedSystem,
  secretsOf,
} from '../rig/generated-system.ts'
import { kindProject, missingRig, onRig } from './rig.ts'

const config = generatedConfig
  .replace('    services: [web]\n', '    services: [web]\n    cluster: { provider: kind }\n')
  // So that what the cluster itself knows of a failure is not long in coming.
  .replace('ports: { api: 8443 }', 'ports: { api: 8443 }\n    restarts: 0')

describe.skipIf(missingRig !== undefined)(onRig('what is generated, on Kind'), () => {
  test('is there before the services, the same in the next up, and in no output', async () => {
    await using project = kindProject(generatedSystem({ 'kindling.yaml': config }))
    const first = await project.kindling('up', '--output', 'json')
    expect(first, first.stderr).toMatchObject({ exitCode: 0 })
    const result = JSON.parse(first.stdout) as GeneratedResult
    const secrets = secretsOf(result)
    const ca = readFileSync(result.generated.ca?.cert ?? '', 'utf8')
    const password = createHash('sha256')
      .update(secrets[0] ?? '')
      .digest('hex')
    // kube-proxy may be a moment behind (R8).
    const answer = await vi.waitFor(() => answerOf(result.variables.KINDLING_WEB_API_PORT, ca), {
      timeout: 15_000,
      interval: 200,
    })
    expect(JSON.parse(answer)).toMatchObject({ password, isInUrl: true })
    const applied = join(result.runDirectory, 'manifests/generated.objects.yaml')
    expect(readFileSync(applied, 'utf8').match(/^kind: .*$/gm)).toEqual([
      'kind: Namespace',
      'kind: Secret',
      'kind: Secret',
      'kind: ConfigMap',
    ])
    expect(readFileSync(applied, 'utf8')).toContain('password: <redacted>')

    const second = await project.kindling('up', '--output', 'json')
    for (const task of ['deploy:generated.objects', 'deploy:web']) {
      expect(second.stderr).toMatch(new RegExp(`^${task} .*reused$`, 'm'))
    }
    expect(secretsOf(JSON.parse(second.stdout) as GeneratedResult)).toEqual(secrets)

    project.write(
      'server.js',
      generatedServer.replace('const answer', "console.error('no', PASSWORD); process.exit(1)\nconst answer"),
    )
    const third = await project.kindling('up', '--output', 'json')
    expect(third.exitCode).toBe(1)
    expect(third.stderr).toMatch(/^.*no \*\*\*$/m)
    for (const { stdout, stderr } of [first, second, third]) {
      for (const secret of secrets) expect(stdout + stderr).not.toContain(secret)
    }
    const runs = join(project.root, '.kindling/runs')
    const { runDirectory } = JSON.parse(third.stdout) as GeneratedResult
    // What the cluster itself has kept of it is there, and masked.
    expect(filesWith(['no ***'], join(runDirectory, 'evidence'))).not.toEqual([])
    expect(filesWith(secrets, runs)).toEqual([])
    expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
    expect(filesWith(secrets, join(project.root, '..'))).toEqual([])
  })
})
