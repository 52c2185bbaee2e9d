import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'
import { scriptsRepository } from '../rig/repositories.ts'

interface Adoption {
  readonly hasConfig: boolean
  readonly services: readonly Readonly<Record<string, unknown>>[]
  readonly scripts: readonly { readonly path: string; readonly line: number; readonly does: string }[]
}

/** The first of the services has been moved, and the scripts are still there. */
const half = {
  ...scriptsRepository(),
  'services/worker/Dockerfile': 'FROM docker.io/library/debian:12\nRUN apt-get upgrade -y\n',
  'kindling.yaml': `apiVersion: kindling/v1alpha1
project: shop
images:
  web:
    repository: ghcr.io/acme/web
    dockerfile: services/web/Dockerfile
    context: services/web
    coverage: { args: { MODE: cover } }
services:
  settings: { apply: deploy/settings.yaml }
  web: { apply: [deploy/web-deployment.yaml, deploy/web-service.yaml], needs: [settings] }
  database: { apply: deploy/database.yaml }
environments: { e2e: { services: [web] } }
`,
}

test('each service is told by what it has, whoever sets it up, and its next step', async () => {
  await using project = new Project(half)
  const before = project.everything()
  const { exitCode, stdout } = await project.kindling('status', '--adoption', '-o', 'json')
  expect(exitCode).toBe(0)
  const { services, scripts } = JSON.parse(stdout) as Adoption
  expect(services).toEqual([
    {
      ...{ service: 'settings', image: 'none', hasManifests: true, environments: ['e2e'] },
      ...{ way: 'kindling', scripts: [], lintFindings: 0, next: '`kindling up e2e`' },
    },
    {
      ...{ service: 'web', image: 'built', hasManifests: true, environments: ['e2e'], way: 'both' },
      ...{ scripts: ['Makefile:10'], isCoverageReady: true, lintFindings: 0, next: '`kindling up e2e`' },
    },
    {
      ...{ service: 'database', image: 'unknown', hasManifests: true, environments: [], way: 'none' },
      ...{ scripts: [], lintFindings: 0, next: 'declare its image under `images`' },
    },
    {
      ...{ service: 'migrate', image: 'built', hasManifests: true, environments: [], way: 'scripts' },
      ...{ scripts: ['Makefile:10'], isCoverageReady: false, lintFindings: 1 },
      next: 'add migrate to kindling.yaml and to an environment',
    },
    {
      ...{ service: 'worker', image: 'built', hasManifests: true, environments: [], way: 'scripts' },
      ...{ scripts: ['Makefile:10'], isCoverageReady: false, lintFindings: 1 },
      next: 'add worker to kindling.yaml and to an environment',
    },
  ])
  expect(scripts.map(({ path, line, does }) => `${path}:${line} ${does}`)).toEqual([
    'Makefile:10 build',
    'Makefile:15 cluster',
    'Makefile:16 load',
    'hack/deploy.sh:3 apply',
  ])
  expect(project.everything()).toEqual(before)
})

test('for people it is a table, for a page Markdown', async () => {
  await using project = new Project(half)
  const text = await project.kindling('status', '--adoption')
  expect(text.stdout).toMatch(
    /^service +image +manifests[\s\S]*\n1 of 5 services are set up by kindling alone$/m,
  )
  const { stdout } = await project.kindling('status', '--adoption', '--output', 'markdown')
  expect(stdout).toContain(
    '| web | built | known | e2e | kindling and scripts (Makefile:10) | ready | clean | - |',
  )
})

test('without a kindling.yaml it says what init would find', async () => {
  await using project = new Project(scriptsRepository())
  const { exitCode, stdout, stderr } = await project.kindling('status', '--adoption', '-o', 'json')
  expect(exitCode).toBe(0)
  expect(stderr).toContain('there is no kindling.yaml yet')
  const { services } = JSON.parse(stdout) as Adoption
  expect(services.map(({ service, next }) => [service, next])).toEqual(
    ['database', 'migrate', 'web', 'worker'].map((name) => [name, '`kindling init`']),
  )
})
