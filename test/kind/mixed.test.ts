import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { fixture } from './fixtures.ts'
import { guardTls } from './guard.ts'
import { kindProject, missingRig, rig } from './rig.ts'

interface HandOver {
  readonly id: string
  readonly variables: Readonly<Record<string, string>>
  readonly runDirectory: string
}

/** How often it comes up and goes; `KINDLING_REPEAT=5` shows that it was no luck. */
const times = Number(process.env.KINDLING_REPEAT ?? 1)

function missingProgram(): string | undefined {
  const isThere = (program: string) =>
    spawnSync(program, ['version', '--client'], { env: { ...process.env, ...rig().env } }).error === undefined
  if (!isThere('helm')) return 'no helm on the PATH'
  return isThere('kustomize') || isThere('kubectl') ? undefined : 'no kustomize or kubectl on the PATH'
}

const missing = missingRig ?? missingProgram()
const name = `an environment in which order is everything${missing === undefined ? '' : ` (${missing})`}`

describe.skipIf(missing !== undefined)(name, () => {
  let files: Readonly<Record<string, string>>

  beforeAll(async () => {
    files = { ...fixture('mixed'), 'deploy/guard-tls.yaml': guardTls() }
    // Base images are kept from here on; they are no leftover of what follows.
    await using project = kindProject(files)
    expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
  })

  test.each(Array.from({ length: times }, (_, index) => index + 1))(
    'R1–R6, R8: it comes up whole, time %i, and goes',
    async () => {
      await using project = kindProject(files)
      const up = await project.kindling('up', '--output', 'json')
      expect(up, up.stderr).toMatchObject({ exitCode: 0 })
      const { id, variables, runDirectory } = JSON.parse(up.stdout) as HandOver
      const kubectl = (...args: readonly string[]) =>
        execFileSync('kubectl', args, {
          encoding: 'utf8',
          env: { ...process.env, ...rig().env, KUBECONFIG: variables.KUBECONFIG },
        })

      const greeting = async () => {
        const init = { headers: { connection: 'close' } }
        return (await fetch(variables.KINDLING_FRONT_API_URL ?? '', init)).text()
      }
      expect(await greeting()).toBe('good morning')
      // Each of the troubles did happen: none was slept through.
      const log = readFileSync(join(runDirectory, 'logs/deploy-shops.log'), 'utf8')
      expect(log).toMatch(/failed calling webhook .* trying again/)
      expect(kubectl('logs', 'deploy/guard')).toMatch(/^serving\ncorner: welcome\n/)
      expect(kubectl('logs', 'job/catalog-migrate')).toContain('CREATE TABLE')
      const restarts = '{.items[0].status.containerStatuses[0].restartCount}'
      const pods = ['get', 'pods', '-l', 'app=impatient', '-o', `jsonpath=${restarts}`]
      expect(Number(kubectl(...pods))).toBeGreaterThanOrEqual(2)

      // What is not edited is not touched.
      const overlay = 'deploy/overlays/e2e/kustomization.yaml'
      project.write(overlay, (files[overlay] ?? '').replace('morning', 'evening'))
      const second = await project.kindling('up')
      expect(second, second.stderr).toMatchObject({ exitCode: 0 })
      const tasks = [...second.stderr.matchAll(/^(\w+):(\S+) .* (succeeded|reused)$/gm)]
      const done = tasks.filter(([, kind, , outcome]) => kind !== 'ready' && outcome === 'succeeded')
      expect(done.map(([, kind, subject]) => `${kind}:${subject}`)).toEqual(['dns:kind', 'deploy:front'])
      // kube-proxy may be a moment behind the pods that it leads to (R8).
      await vi.waitFor(async () => expect(await greeting()).toBe('good evening'), { timeout: 15_000 })

      const down = await project.kindling('down')
      expect(down, down.stderr).toMatchObject({ exitCode: 0 })
      expect(JSON.stringify(engineSnapshot())).not.toContain(id)
    },
  )
})
