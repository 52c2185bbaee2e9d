import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { memoryRepository } from '../../test/rig/memory-repository.ts'
import { composeRepository, scriptsRepository, skaffoldRepository } from '../../test/rig/repositories.ts'
import { chooseSources } from './choose-sources.ts'
import { detect } from './detectors.ts'
import { projectName } from './project-name.ts'
import { propose } from './propose.ts'
import { configText } from './write-config.ts'

interface Written {
  readonly images: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly environments: { readonly e2e: Readonly<Record<string, unknown>> }
}

/** What `init` makes of a repository, without anything that programs would render. */
function initOf(files: Readonly<Record<string, string>>) {
  const repository = memoryRepository(files)
  const { findings } = detect(repository)
  const project = projectName(findings, repository)
  const proposal = propose({ ...chooseSources(findings, project, repository), findings, project, repository })
  const text = configText(proposal)
  return { ...proposal, text, config: parse(text) as Written }
}

const workload = (name: string, image: string, kind = 'Deployment') =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: ${name}, image: "${image}" }] } } }\n`

describe('of three repositories', () => {
  test('with skaffold: its artifacts, the base among them, and what it applies; nothing else', () => {
    expect(initOf(skaffoldRepository()).text).toMatchInlineSnapshot(`
      "# Written by \`kindling init\` from what it found in this repository; it is yours to change.
      # Guesses are marked as such: please check them.
      apiVersion: kindling/v1alpha1
      project: orders

      images:
        gateway:
          repository: registry.example.com/orders/gateway
          dockerfile: services/gateway/Dockerfile
          args: { MODE: release, BASE: "\${images.base.ref}" }
        stock:
          repository: registry.example.com/orders/stock
          dockerfile: services/stock/Dockerfile
          context: services/stock
          args: { BASE: "\${images.base.ref}" }
        base: { repository: registry.example.com/orders/base, dockerfile: base/Dockerfile, context: base }

      services:
        stock:
          apply: k8s/stock.yaml
          ready: [rollout, { http: { port: http, path: /healthz, status: 200-399 } }]
          ports: { http: 80 }
        gateway:
          apply: k8s/gateway.yaml
          needs: [stock] # BACKEND_URL
          ready: [rollout, { http: { port: http, path: /healthz, status: 200-399 } }]
          ports: { http: 80 }

      environments:
        # add \`test: { run: … }\` for \`kindling test\`
        e2e:
          services: [gateway] # what they need comes along
          cluster: { provider: podman }

      # Found, but left out:
      # - tools/Dockerfile: no manifest runs what it builds
      "
    `)
  })

  test('with compose: manifests for its services, and its order', () => {
    const { text, files } = initOf(composeRepository())
    expect(files.map(({ path }) => path)).toEqual([
      'deploy/front.yaml',
      'deploy/back.yaml',
      'deploy/prepare.yaml',
    ])
    expect(text).toMatchInlineSnapshot(`
      "# Written by \`kindling init\` from what it found in this repository; it is yours to change.
      # Guesses are marked as such: please check them.
      apiVersion: kindling/v1alpha1
      project: guestbook

      images:
        front:
          dockerfile: front/Dockerfile
          context: front
          args: { BASE: docker.io/library/node:20-bookworm-slim }
        node: { pull: docker.io/library/node:20-bookworm-slim }

      services:
        prepare: { apply: deploy/prepare.yaml }
        back:
          apply: deploy/back.yaml
          needs: [prepare] # depends_on
          ports: { http: 8080 }
        front:
          apply: deploy/front.yaml
          needs: [back] # depends_on
          ports: { http: 8080 }

      environments:
        e2e:
          services: [front] # what they need comes along
          cluster: { provider: podman }
          test: { run: node --test e2e/ } # guess

      # Found, but left out:
      # - compose.yaml: back has UNSET from the machine it is started on
      # - compose.yaml: back mounts ./front at /app, but a pod has only what is in its image
      # - compose.yaml: admin belongs to a profile, so it is not started by default
      "
    `)
  })

  test('with manifests and scripts: images as the scripts build them, files put together by what they are about', () => {
    expect(initOf(scriptsRepository()).text).toMatchInlineSnapshot(`
      "# Written by \`kindling init\` from what it found in this repository; it is yours to change.
      # Guesses are marked as such: please check them.
      apiVersion: kindling/v1alpha1
      project: shop

      images:
        # as Makefile:10 builds it
        worker:
          repository: ghcr.io/acme/worker
          dockerfile: services/worker/Dockerfile
          context: services/worker
          args: { BASE: docker.io/library/node:20-bookworm-slim }
        # as Makefile:10 builds it
        web:
          repository: ghcr.io/acme/web
          dockerfile: services/web/Dockerfile
          context: services/web
          args: { BASE: docker.io/library/node:20-bookworm-slim }
        postgres: { pull: docker.io/library/postgres:16-alpine }

      services:
        settings: { apply: deploy/settings.yaml }
        database:
          apply: [deploy/database-service.yaml, deploy/database.yaml]
          ready: [rollout, { exec: [pg_isready, --quiet, --host, 127.0.0.1] }] # guess
        migrate:
          apply: deploy/migrate.yaml
          needs: [database] # the command of migrate
        web:
          apply: [deploy/web-deployment.yaml, deploy/web-service.yaml]
          needs:
            - settings # ConfigMap settings
            - database # DATABASE_HOST
            - migrate # guess: migrate is a Job for database
          ready: [rollout, { http: { port: http, path: /healthz, status: 200-399 } }]
          ports: { http: 8080 }
        worker:
          apply: deploy/worker-deployment.yaml
          needs:
            - settings # ConfigMap settings
            - database # DATABASE_HOST
            - web # WEB_URL
            - migrate # guess: migrate is a Job for database

      environments:
        e2e:
          services: [worker] # what they need comes along
          cluster: { provider: kind, config: test/kind.yaml, namespaces: [shop] }
          test: { run: go test -count=1 ./test/e2e/... } # guess
      "
    `)
  })
})

describe('images', () => {
  const dockerfile = 'FROM alpine:3.20\n'

  test('I3: a service that is called otherwise than its repository gets the repository in one place', () => {
    const { config } = initOf({
      'gateway/Dockerfile': dockerfile,
      'deploy/edge.yaml': workload('edge', 'ghcr.io/acme/shop-gateway:1.2'),
    })
    expect(config.images).toEqual({
      gateway: {
        repository: 'ghcr.io/acme/shop-gateway',
        dockerfile: 'gateway/Dockerfile',
        context: 'gateway',
      },
    })
  })

  test('I10: an image of others keeps its registry and tag, also beside a Dockerfile of the same name', () => {
    const { config, notes } = initOf({
      'postgres/Dockerfile': 'FROM postgres:16\nCOPY x /x\n',
      'deploy/db.yaml': workload('db', 'postgres:16'),
      'deploy/cache.yaml': workload('cache', `quay.io/valkey/valkey:8@sha256:${'a'.repeat(64)}`),
    })
    expect(config.images).toEqual({
      valkey: { pull: `quay.io/valkey/valkey:8@sha256:${'a'.repeat(64)}` },
      postgres: { pull: 'docker.io/library/postgres:16' },
    })
    expect(notes).toEqual(['postgres/Dockerfile: no manifest runs what it builds'])
  })

  test('the only Dockerfile is the only image that looks local, and that is called a guess', () => {
    const { config, text } = initOf({
      Dockerfile: dockerfile,
      'deploy/x.yaml': workload('x', 'backend:latest'),
    })
    expect(config.images).toEqual({ shop: { repository: 'backend', dockerfile: 'Dockerfile' } })
    expect(text).toContain('# guess: this is the `backend` of deploy/x.yaml')
  })

  test('two images of one name, and two tags of one image, are told apart', () => {
    const { config } = initOf({
      'deploy/a.yaml': workload('a', 'redis:6'),
      'deploy/b.yaml': workload('b', 'redis:7'),
      'deploy/c.yaml': workload('c', 'quay.io/x/redis:7'),
    })
    expect(Object.keys(config.images)).toEqual(['redis', 'redis-7', 'x-redis'])
  })

  test('one image under several tags is one, and what scripts build under two names is two', () => {
    const { config } = initOf({
      'web/Dockerfile': dockerfile,
      'api/Dockerfile': dockerfile,
      'job/Dockerfile': dockerfile,
      'build.sh': 'docker build -t shop/job job\ndocker build -t mirror/job job\n',
      'deploy/a.yaml': workload('a', 'shop/web'),
      'deploy/b.yaml': workload('b', 'shop/web:latest'),
      'deploy/c.yaml': workload('c', 'shop/job:1'),
      'deploy/d.yaml': workload('d', 'mirror/job:1'),
    })
    expect(config.images).toEqual({
      web: { dockerfile: 'web/Dockerfile', context: 'web' },
      job: { dockerfile: 'job/Dockerfile', context: 'job' },
      'mirror-job': { repository: 'mirror/job', dockerfile: 'job/Dockerfile', context: 'job' },
    })
  })

  test('what is copied decides the context', () => {
    const { config, text } = initOf({
      'docker/web.Dockerfile': 'FROM a\nCOPY src/web /web\nCOPY package*.json ./\n',
      'src/web/index.js': '',
      'package.json': '{}',
      'deploy/web.yaml': workload('web', 'shop/web'),
    })
    expect(config.images).toEqual({ web: { dockerfile: 'docker/web.Dockerfile' } })
    expect(text).not.toContain('guess: the context')
  })

  test('an argument that is text of a shell stays one', () => {
    const { config } = initOf({
      'web/Dockerfile': dockerfile,
      'build.sh': 'docker build -t shop/web --build-arg \'FORMAT={"a": 1}, b\' web\n',
      'deploy/web.yaml': workload('web', 'shop/web'),
    })
    expect(config.images.web?.args).toEqual({ FORMAT: '{"a": 1}, b' })
  })
})

describe('services', () => {
  test('of variants the one for tests is taken, and the other one is told', () => {
    const { config, notes } = initOf({
      'deploy/prod/web.yaml': workload('web', 'nginx:1'),
      'deploy/e2e/web.yaml': workload('web', 'nginx:1'),
    })
    expect(config.services).toEqual({ web: { apply: 'deploy/e2e/web.yaml' } })
    expect(notes).toEqual(['deploy/prod/web.yaml: has the same objects as deploy/e2e/web.yaml'])
  })

  test('a kustomization that only lists is its files, which can wait for each other; another one is itself', () => {
    const files = {
      'deploy/web.yaml': workload('web', 'nginx:1'),
      'deploy/db.yaml': workload('db', 'postgres:16', 'StatefulSet'),
    }
    const plain = initOf({ ...files, 'deploy/kustomization.yaml': 'resources: [web.yaml, db.yaml]\n' })
    expect(Object.keys(plain.config.services)).toEqual(['db', 'web'])
    const other = initOf({
      ...files,
      'deploy/kustomization.yaml': 'namePrefix: x-\nresources: [web.yaml, db.yaml]\n',
    })
    expect(other.config.services).toMatchObject({ shop: { kustomize: 'deploy' } })
  })

  test('what needs each other in a circle does so in one direction', () => {
    const calling = (name: string, other: string) =>
      `${workload(name, 'nginx:1').replace('image:', `env: [{ name: OTHER, value: "http://${other}:80" }], image:`)}---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { selector: { app: ${name} }, ports: [{ port: 80 }] }\n`
    const { config, notes } = initOf({
      'deploy/a.yaml': calling('a', 'b'),
      'deploy/b.yaml': calling('b', 'a'),
    })
    expect([config.services.a?.needs, config.services.b?.needs]).toEqual([['b'], undefined])
    expect(notes).toEqual(['b needs a (OTHER), which needs b: only the latter stands in `needs`'])
  })

  test('P4: no port of the host is fixed, whatever a manifest says of node ports', () => {
    const { config } = initOf(scriptsRepository())
    expect(config.services.web?.ports).toEqual({ http: 8080 })
  })

  test('what needs a definition that nobody has is left out, and definitions come before all', () => {
    const crd =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: shops.example.com }\nspec: { group: example.com }\n'
    const { config, notes } = initOf({
      'kind.yaml': 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n',
      'deploy/crd.yaml': crd,
      'deploy/shop.yaml': 'apiVersion: example.com/v1\nkind: Shop\nmetadata: { name: a }\n',
      'deploy/monitor.yaml':
        'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: m }\n',
    })
    expect(config.services).toEqual({ shop: { apply: 'deploy/shop.yaml' } })
    expect(config.environments.e2e.cluster).toEqual({
      provider: 'kind',
      config: 'kind.yaml',
      crds: ['deploy/crd.yaml'],
    })
    expect(notes.join()).toContain('ServiceMonitor')
  })

  test('a Dockerfile without any manifest gets one, with the ports it names', () => {
    const { config, files } = initOf({ 'web/Dockerfile': 'FROM a\nEXPOSE 8080/tcp 53/udp\n' })
    expect(config.services).toEqual({ web: { apply: 'deploy/web.yaml', ports: { http: 8080 } } })
    expect(files[0]?.text).toContain('image: shop/web')
  })

  test('files of others in a directory `deploy` stay: what is written goes elsewhere', () => {
    const pathsWith = (file: string) =>
      initOf({ 'web/Dockerfile': 'FROM a\n', [file]: '' }).files.map(({ path }) => path)
    expect(pathsWith('deploy/README.md')).toEqual(['deploy/kindling/web.yaml'])
    expect(pathsWith('deploy')).toEqual(['kindling-manifests/web.yaml'])
  })
})
