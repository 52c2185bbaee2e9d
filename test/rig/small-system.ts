import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The example's way to a base image, so that the tests share the one it makes. */
const rootfsScript = readFileSync(join(import.meta.dirname, '../../examples/alerts/base/rootfs.sh'), 'utf8')

export const baseImage =
  'node-base: { pull: docker.io/library/node:20-bookworm-slim, rootfs: [sh, base/rootfs.sh, nodejs] }'

/** A server of one file that answers with what it was given, and stops when told to. */
const server = `const { createServer } = require('node:http')
createServer((request, response) => response.end(JSON.stringify({ path: request.url, greeting: process.env.GREETING }))).listen(8080)
process.on('SIGTERM', () => process.exit(0))
`

export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: small/web
          env: [{ name: GREETING, value: hello }]
          readinessProbe: { httpGet: { port: 8080 } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 8080 }] }
`

/** The same server, which also says when it begins and when it is told to end. */
export const talkingServer: string = server
  .replace('listen(8080)', "listen(8080, () => console.log('it has begun'))")
  .replace('process.exit(0)', "(console.log('told to end'), process.exit(0))")

/** A system of one service, small enough to come up in seconds; \`changes\` replaces or adds files. */
export function smallSystem(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'kindling.yaml': `apiVersion: kindling/v1alpha1
project: small
images:
  ${baseImage}
  web: { dockerfile: Dockerfile, args: { BASE: "\${images.node-base.ref}" } }
services:
  web: { apply: web.yaml, ports: { api: 8080 } }
environments:
  e2e: { services: [web] }
`,
    'base/rootfs.sh': rootfsScript,
    Dockerfile: 'ARG BASE\nFROM ${BASE}\nCOPY server.js /server.js\nCMD ["node", "/server.js"]\n',
    'server.js': server,
    'web.yaml': deployment,
    '.dockerignore': '.kindling\nbase\n',
    ...changes,
  }
}
