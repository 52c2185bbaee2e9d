/** A server that answers with its name and what those it asks have answered, and stops when told to. */
const server = `const { createServer } = require('node:http')
const { NAME, BACKEND_URL } = process.env
createServer(async (request, response) => {
  if (request.url === '/healthz') return response.end('ok')
  const backend = BACKEND_URL === undefined ? undefined : await (await fetch(BACKEND_URL)).json()
  response.end(JSON.stringify({ name: NAME, backend, settings: process.argv.slice(2) }))
}).listen(8080)
process.on('SIGTERM', () => process.exit(0))
`

const dockerfile = (base: string) =>
  `ARG BASE=${base}\nFROM \${BASE}\nCOPY server.js /server.js\nEXPOSE 8080\nCMD ["node", "/server.js"]\n`

/** A Deployment with a Service in front of it, and what else its container has. */
const deployed = (name: string, image: string, container = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: http } }
${container}---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: http }] }
`

/** Where no test builds it, any base will do. */
const anyBase = 'docker.io/library/node:20-bookworm-slim'

/** Services in a skaffold.yaml: artifacts of which one is the base of the others, and manifests by a pattern. */
export function skaffoldRepository(base: string = anyBase): Record<string, string> {
  return {
    'skaffold.yaml': `apiVersion: skaffold/v4beta11
kind: Config
metadata: { name: orders }
build:
  artifacts:
    - image: registry.example.com/orders/base
      context: base
    - image: registry.example.com/orders/gateway
      context: .
      docker:
        dockerfile: services/gateway/Dockerfile
        buildArgs: { MODE: release }
      requires: [{ image: registry.example.com/orders/base, alias: BASE }]
    - image: registry.example.com/orders/stock
      context: services/stock
      requires: [{ image: registry.example.com/orders/base, alias: BASE }]
manifests:
  rawYaml: [k8s/*.yaml]
portForward:
  - { resourceType: service, resourceName: gateway, port: 80, localPort: 8080 }
`,
    'base/Dockerfile': `FROM ${base}\nWORKDIR /app\n`,
    'services/gateway/Dockerfile':
      'ARG BASE\nFROM ${BASE}\nARG MODE\nCOPY services/gateway/server.js /server.js\nCMD ["node", "/server.js"]\n',
    'services/gateway/server.js': server,
    'services/stock/Dockerfile':
      'ARG BASE\nFROM ${BASE}\nCOPY server.js /server.js\nCMD ["node", "/server.js"]\n',
    'services/stock/server.js': server,
    'k8s/gateway.yaml': deployed(
      'gateway',
      'registry.example.com/orders/gateway',
      '          env: [{ name: BACKEND_URL, value: "http://stock" }]\n',
    ),
    'k8s/stock.yaml': deployed('stock', 'registry.example.com/orders/stock'),
    'k8s/prod/gateway.yaml': deployed('gateway', 'registry.example.com/orders/gateway:1.4.2'),
    'tools/Dockerfile': 'FROM scratch\nCOPY skaffold.yaml /\n',
  }
}

/** Services in a compose file, and no manifest anywhere. */
export function composeRepository(base: string = anyBase): Record<string, string> {
  return {
    'compose.yaml': `name: guestbook
services:
  front:
    build: { context: front, args: { BASE: "${base}" } }
    ports: ["\${FRONT_PORT:-8080}:8080"]
    environment:
      NAME: front
      BACKEND_URL: http://back:8080/
    command: [node, /server.js, "\${GREETING:-hello}"]
    depends_on: [back]
  back:
    build: front
    environment: [NAME=back, UNSET]
    command: node /server.js
    volumes: ["./settings/back.conf:/etc/back.conf:ro", "data:/data", "./front:/app"]
    depends_on:
      prepare: { condition: service_completed_successfully }
    healthcheck: { test: ["CMD-SHELL", "grep -q blue /etc/back.conf && test -d /data"] }
  prepare:
    image: ${base}
    command: [node, -e, "console.log('prepared')"]
  admin:
    image: docker.io/library/adminer:4
    profiles: [tools]
volumes: { data: {} }
`,
    '.gitignore': 'secret.env\n',
    'secret.env': 'TOKEN=never-to-be-seen\n',
    'settings/back.conf': 'colour = blue\n',
    'front/Dockerfile': dockerfile(base),
    'front/server.js': server,
    'e2e/front.test.mjs': "import { test } from 'node:test'\n",
  }
}

/** Bare manifests, one kind of object in each file, and scripts that build, load and apply them. */
export function scriptsRepository(base: string = anyBase): Record<string, string> {
  return {
    Makefile: `REGISTRY ?= ghcr.io/acme
TAG ?= $(shell git rev-parse --short HEAD)
CONTAINER_TOOL ?= docker
SERVICES := web worker

.PHONY: images
images: $(addprefix image-,$(SERVICES))

image-%:
	$(CONTAINER_TOOL) build -t $(REGISTRY)/$*:$(TAG) \\
		--build-arg BASE=${base} \\
		-f services/$*/Dockerfile services/$*

e2e: images
	kind create cluster --config test/kind.yaml
	for s in $(SERVICES); do kind load docker-image $(REGISTRY)/$$s:$(TAG); done
	hack/deploy.sh
	go test ./test/e2e/...
`,
    'hack/deploy.sh':
      '#!/bin/sh\nset -e\nkubectl apply -f deploy/\nkubectl -n default rollout status deployment/web\n',
    'test/kind.yaml': 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{ role: control-plane }]\n',
    'test/e2e/web_test.go': 'package e2e\n',
    'go.mod': 'module example.com/acme/shop\n',
    'services/web/Dockerfile': dockerfile(base),
    'services/web/server.js': server,
    'services/worker/Dockerfile': dockerfile(base),
    'services/worker/server.js': server,
    'vendor/example.com/other/deploy.yaml': deployed('foreign', 'foreign'),
    'deploy/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
    'deploy/settings.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { DATABASE_HOST: database }\n',
    'deploy/database.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: database, namespace: shop }
spec:
  serviceName: database
  selector: { matchLabels: { app: database } }
  template:
    metadata: { labels: { app: database } }
    spec:
      containers:
        - { name: postgres, image: "postgres:16-alpine", env: [{ name: POSTGRES_PASSWORD, value: only-for-tests }] }
`,
    'deploy/database-service.yaml':
      'apiVersion: v1\nkind: Service\nmetadata: { name: database, namespace: shop }\nspec: { clusterIP: None, selector: { app: database }, ports: [{ port: 5432 }] }\n',
    'deploy/migrate.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: migrate, image: ghcr.io/acme/worker, command: [sh, -c, "until nc -z database 5432; do :; done"] }
`,
    'deploy/web-deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web:latest
          envFrom: [{ configMapRef: { name: settings } }]
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 } }
`,
    'deploy/web-service.yaml':
      'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { type: NodePort, selector: { app: web }, ports: [{ port: 8080, nodePort: 30080 }] }\n',
    'deploy/worker-deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: worker, namespace: shop }
spec:
  selector: { matchLabels: { app: worker } }
  template:
    metadata: { labels: { app: worker } }
    spec:
      containers:
        - name: worker
          image: ghcr.io/acme/worker:latest
          env: [{ name: WEB_URL, value: "http://web.shop.svc:8080/jobs" }]
          envFrom: [{ configMapRef: { name: settings } }]
`,
  }
}
