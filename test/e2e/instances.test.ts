import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'
import { deployment, smallSystem } from '../rig/small-system.ts'

/** Says which instance it is, and who its neighbour of the other name is. */
const server = `const { createServer } = require('node:http')
const { hostname } = require('node:os')
const self = () => ({ host: hostname(), greeting: process.env.GREETING })
const port = () => createServer(async (request, response) => {
  if (request.url === '/') return response.end(JSON.stringify(self()))
  const other = await fetch('http:/' + request.url + ':8080/').then((answer) => answer.json(), String)
  response.end(JSON.stringify(other))
}).listen(8080)
setTimeout(port, 500)
process.on('SIGTERM', () => process.exit(0))
`

const settings = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { GREETING: hello }
---
`

const manifests =
  settings +
  deployment
    .replace('env: [{ name: GREETING, value: hello }]', 'envFrom: [{ configMapRef: { name: settings } }]')
    // Without a probe, nothing but its port says when it can be talked to.
    .replace(/\n.*readinessProbe.*\n/, '\n')
    .replace('ports: [{ port: 8080 }]', 'type: NodePort, ports: [{ port: 8080, nodePort: 30080 }]')

const config = (services: string) =>
  (smallSystem()['kindling.yaml'] ?? '')
    .replace('ports: { api: 8080 } }', 'ports: { api: 8080 } }\n  web-blue: { instanceOf: web }')
    .replace('services: [web] }', `services: [${services}], cluster: { namespaces: [shop] } }`)

function handOver(project: Project) {
  const file = join(project.root, '.kindling/environments/e2e/env.json')
  return JSON.parse(readFileSync(file, 'utf8')) as { id: string; variables: Record<string, string> }
}

async function answers(project: Project, variable: string, path = '/'): Promise<unknown> {
  const { variables } = handOver(project)
  const answer = await fetch(`${variables[variable]}${path}`, { headers: { connection: 'close' } })
  return answer.json()
}

/** Names of the pods of an environment. */
function podsOf(id: string): string[] {
  const filter = ['--filter', `label=dev.kindling.environment=${id}`]
  const output = execFileSync('podman', ['pod', 'ps', ...filter, '--format', '{{.Name}}'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return output.split('\n').filter(Boolean).sort()
}

test('a service comes up twice, each with its own names and ports; the one that is no longer asked for goes', async () => {
  await using project = new Project(
    smallSystem({
      'kindling.yaml': config('web, web-blue'),
      'web.yaml': manifests,
      'server.js': server,
      '.dockerignore': '.kindling\nbase\n*.yaml\n',
    }),
  )
  const first = await project.kindling('up')
  expect(first, first.stderr).toMatchObject({ exitCode: 0 })
  // R8: what has no probe is ready when its port takes connections.
  expect(await answers(project, 'KINDLING_WEB_API_URL')).toEqual({ host: 'web', greeting: 'hello' })
  expect(await answers(project, 'KINDLING_WEB_BLUE_API_URL')).toEqual({ host: 'web-blue', greeting: 'hello' })
  // Each name leads to its own, and to nobody else's.
  expect(await answers(project, 'KINDLING_WEB_API_URL', '/web-blue')).toMatchObject({ host: 'web-blue' })
  for (const name of ['/web', '/web.default.svc']) {
    for (const _ of [1, 2, 3]) {
      expect(await answers(project, 'KINDLING_WEB_BLUE_API_URL', name)).toMatchObject({ host: 'web' })
    }
  }

  const second = await project.kindling('up')
  for (const task of ['deploy:environment.objects', 'deploy:web', 'deploy:web-blue']) {
    expect(second.stderr).toMatch(new RegExp(`^${task} .*reused$`, 'm'))
  }

  project.write('kindling.yaml', config('web'))
  const third = await project.kindling('up')
  expect(third, third.stderr).toMatchObject({ exitCode: 0 })
  expect(third.stderr).toMatch(/^deploy:web .*reused$/m)
  const { id } = handOver(project)
  expect(podsOf(id)).toEqual([`${id}-web`])
  expect(await answers(project, 'KINDLING_WEB_API_URL')).toMatchObject({ host: 'web' })

  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
  expect(podsOf(id)).toEqual([])
})
