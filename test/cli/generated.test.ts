import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'

const config = `apiVersion: kindling/v1alpha1
project: shop
images:
  web: { dockerfile: Dockerfile }
generated:
  db-password: { password: {}, secret: { name: db, namespace: shop } }
  ca: { ca: {} }
services:
  web: { apply: web.yaml }
environments:
  e2e: { services: [web] }
`

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: shop/web
      env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]
`

const files = { 'kindling.yaml': config, Dockerfile: 'FROM scratch\n', 'web.yaml': pod }

test('the plan tells what will be made, makes nothing, and leaves nothing', async () => {
  await using project = new Project(files)
  const before = project.everything()
  const { exitCode, stdout } = await project.kindling('plan')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /^generated, once\n.*\n {2}db-password +password +files, Secret shop\/db\n {2}ca +CA +files\n/m,
  )
  const { stdout: json } = await project.kindling('plan', '--output', 'json')
  const plan = JSON.parse(json)
  const deploy = plan.tasks.find(({ id }: { readonly id: string }) => id === 'deploy:web')
  expect(deploy.needs).toContain('deploy:generated.objects')
  expect(plan.generated).toEqual([
    { name: 'db-password', kind: 'password', objects: ['Secret shop/db'] },
    { name: 'ca', kind: 'ca', objects: [] },
  ])
  expect(project.everything()).toEqual(before)
})

test.each([
  [
    'a key that the generated Secret does not have',
    'key: password',
    'key: pasword',
    'Secret db has no key pasword',
  ],
  [
    'a Secret in another namespace',
    'namespace: shop }',
    'namespace: other }',
    'no Secret db in namespace other',
  ],
])('%s is told before anything is made', async (_, from, to, message) => {
  await using project = new Project({ ...files, 'web.yaml': pod.replace(from, to) })
  const before = project.everything()
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('E_MANIFEST_INVALID')
  expect(stderr).toContain(message)
  expect(project.everything()).toEqual(before)
})
