import { expect, test } from 'vitest'
import { aLivePod } from '../../../test/rig/kubernetes-objects.ts'
import { localServer } from '../../../test/rig/local-server.ts'
import { connectKubernetes } from './connect.ts'
import { logPieces } from './log-pieces.ts'

/** A server that gives logs, and remembers which it was asked for; of pods that are gone it knows none. */
async function serverOfLogs() {
  const asked: string[] = []
  const port = await localServer(({ url = '' }, response) => {
    asked.push(url)
    if (url.includes('/pods/gone/')) response.writeHead(404).end('{"message":"not found"}')
    else if (url.includes('/pods/secret/')) response.writeHead(403).end('{"message":"forbidden"}')
    else response.end('2030-01-01T00:00:05Z one\n')
  })
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
  const kubeconfig = {
    clusters: [{ name: 'a', cluster }],
    users: [{ name: 'a', user: {} }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
  }
  return { asked, client: await connectKubernetes(JSON.stringify(kubeconfig)) }
}

const path = '/api/v1/namespaces/default/pods/web/log?container=app&timestamps=true'

test('each look asks for what the run of a container has printed since the last one', async () => {
  const { asked, client } = await serverOfLogs()
  const pods = [aLivePod('web', 'nobody')]
  const [first] = await logPieces(client, pods, {}, new Map(), {})
  const marks = new Map([[first?.run ?? '', first?.mark ?? '']])
  await logPieces(client, pods, {}, marks, {})
  await logPieces(client, [aLivePod('web', 'nobody', { app: { restartCount: 1 } })], {}, marks, {})
  expect(asked).toEqual([path, `${path}&sinceTime=2030-01-01T00%3A00%3A04.000Z`, path])
})

test('a pod that goes while it is asked takes nothing from the others', async () => {
  const { client } = await serverOfLogs()
  const pieces = await logPieces(
    client,
    [aLivePod('gone', 'nobody'), aLivePod('web', 'nobody')],
    {},
    new Map(),
    {},
  )
  expect(pieces.map(({ container, lines }) => [container, lines])).toEqual([['web/app', ['one']]])
})

test('a log that may not be read is told', async () => {
  const { client } = await serverOfLogs()
  const reading = logPieces(client, [aLivePod('secret', 'nobody')], {}, new Map(), {})
  await expect(reading).rejects.toThrow('logs of secret/app: forbidden')
})
