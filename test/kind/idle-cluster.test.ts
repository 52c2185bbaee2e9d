import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectId } from '../../src/operations/environment-id.ts'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { History } from '../../src/state/history.ts'
import { kindProject, kindSystem, missingRig, onRig, rig } from './rig.ts'

/** What idles for less is trusted, milliseconds. */
const trustedMs = 10_000

/** A port that somebody listens on only once `open` was called. */
async function closedDoor() {
  const server = createServer((_, answer) => answer.end())
  const listen = (port: number) => once(server.listen(port), 'listening')
  await listen(0)
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  await close()
  return { port, open: () => listen(port), close }
}

/** A build that lasts until somebody listens on that port of this host. */
function waitingBuild(port: number): string {
  const ask = `const ask = () => fetch('http://host.containers.internal:${port}').catch(() => setTimeout(ask, 500)); ask()`
  return `ARG BASE
FROM \${BASE}
RUN node -e "${ask}"
COPY server.js /server.js
CMD ["node", "/server.js"]
`
}

describe.skipIf(missingRig !== undefined)(onRig('a cluster that is ready long before its images'), () => {
  test('C1: when a build takes many times as long as ever and the idle cluster dies, it is made anew, and all ends well', async () => {
    const door = await closedDoor()
    await using project = kindProject(kindSystem({ Dockerfile: waitingBuild(door.port) }))
    const id = projectId({ project: 'small', root: project.root })
    await new History(project.stateDirectory).add(id, {
      durationsMs: new Map([
        ['pull:node-base', 100],
        ['build:web', 1_000],
        ['cluster:kind', 40_000],
        ['nodes:kind', 4_000],
        ['dns:kind', 5_000],
        ['load:web', 1_000],
      ]),
    })
    const up = project.start('up', '--output', 'json')
    await up.until(/cluster:kind\s+succeeded/)
    const readyMs = performance.now()
    await up.until(/dns:kind\s+succeeded/)
    const { env } = rig()
    const [environment] = readdirSync(join(project.stateDirectory, 'environments'))
    execFileSync('podman', ['kill', `${environment}-control-plane`], { env, stdio: 'ignore' })
    const leftMs = Math.max(0, trustedMs - (performance.now() - readyMs))
    await new Promise((resolve) => setTimeout(resolve, leftMs))
    await door.open()
    const ended = await up.ended
    await door.close()

    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
    expect(ended.stderr).toContain('the cluster had died while it was idle, and was made anew')
    const { run } = JSON.parse(ended.stdout) as { readonly run: string }
    const events = await readEvents(join(project.root, '.kindling', 'runs', run, 'events.ndjson'))
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'succeeded' })
    expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
  })
})
