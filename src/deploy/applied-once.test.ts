import { expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { type ApplyUnit, applyOnce } from './applied-once.ts'
import { clusterScope } from './object-scope.ts'

const groups: Readonly<Record<string, string>> = {
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
}

function anObject(kind: string, name: string, more: object = {}): KubernetesObject {
  return { apiVersion: groups[kind] ?? 'v1', kind, metadata: { name }, ...more }
}

function unit(name: string, objects: readonly KubernetesObject[], more: Partial<ApplyUnit> = {}): ApplyUnit {
  return { name, service: name, original: name, objects, ...more }
}

const blue = (...objects: KubernetesObject[]) => unit('blue', objects, { original: 'web' })

function once(...units: ApplyUnit[]) {
  const before = structuredClone(units)
  const { objectsOf, needsOf, problems } = applyOnce(units, 'environment', clusterScope([]))
  expect(units).toEqual(before)
  return {
    objects: Object.fromEntries(
      [...objectsOf].map(([name, objects]) => [name, objects.map(({ kind }) => kind)]),
    ),
    needs: Object.fromEntries([...needsOf].map(([name, needs]) => [name, [...needs]])),
    problems: problems.map(({ service, kind, message }) => [service, kind, message]),
    objectsOf,
  }
}

test('what instances have alike and belongs to no namespace is applied by the first, before the others', () => {
  const role = () => anObject('ClusterRole', 'reader', { rules: [] })
  const shared = once(
    unit('web', [role(), anObject('ConfigMap', 'a')]),
    blue(role(), anObject('ConfigMap', 'b')),
    unit('green', [role()], { original: 'web' }),
  )
  expect(shared).toMatchObject({
    objects: { web: ['ClusterRole', 'ConfigMap'], blue: ['ConfigMap'], green: [] },
    needs: { blue: ['web'], green: ['web'] },
    problems: [],
  })
})

test('what is not alike cannot be there for both', () => {
  const webhook = (service: string) =>
    anObject('ValidatingWebhookConfiguration', 'guard', { webhooks: [{ clientConfig: { service } }] })
  expect(once(unit('web', [webhook('web')]), blue(webhook('blue'))).problems).toEqual([
    [
      'blue',
      'duplicate',
      'ValidatingWebhookConfiguration guard of blue cannot be there beside that of web: a cluster has one of that name, and they differ',
    ],
  ])
  // Alone, it can.
  expect(once(blue(webhook('blue'))).problems).toEqual([])
})

test('nor can two objects of one name and namespace, in whatever order and of whatever service', () => {
  const map = () => anObject('ConfigMap', 'settings')
  const message = (of: string, other: string) =>
    `ConfigMap settings of ${of} has the name and the namespace of one of ${other}`
  expect(once(unit('db', [map()]), blue(map())).problems).toEqual([
    ['blue', 'duplicate', message('blue', 'db')],
  ])
  expect(once(blue(map()), unit('db', [map()])).problems).toEqual([
    ['db', 'duplicate', message('db', 'blue')],
  ])
})

test('services that are no instances, and hooks of one service, are left as they are', () => {
  const role = () => anObject('ClusterRole', 'reader')
  const own = once(
    unit('web', [role()]),
    unit('db', [role()]),
    unit('db.first', [role()], { service: 'db', original: 'db' }),
  )
  expect(own).toMatchObject({
    objects: { web: ['ClusterRole'], db: ['ClusterRole'] },
    needs: {},
    problems: [],
  })
})

test('R3: what the environment has comes first, and is not applied again', () => {
  const definition = () => anObject('CustomResourceDefinition', 'widgets')
  const shared = once(
    unit('environment', [definition()]),
    unit('operator', [definition(), anObject('ConfigMap', 'a')]),
  )
  expect(shared).toMatchObject({
    objects: { environment: ['CustomResourceDefinition'], operator: ['ConfigMap'] },
    needs: { operator: ['environment'] },
    problems: [],
  })
})

test('a definition that is another one in a service is told', () => {
  expect(
    once(
      unit('environment', [anObject('CustomResourceDefinition', 'widgets')]),
      unit('operator', [anObject('CustomResourceDefinition', 'widgets', { spec: {} })]),
    ).problems,
  ).toEqual([
    [
      'operator',
      'duplicate',
      'CustomResourceDefinition widgets of operator is also among `crds` of the environment, and is not the same there',
    ],
  ])
})

test('a namespace of the environment is as the first manifest has it that declares it', () => {
  const declared = anObject('Namespace', 'shop', { metadata: { name: 'shop', labels: { team: 'a' } } })
  const other = anObject('Namespace', 'shop', { metadata: { name: 'shop', labels: { team: 'b' } } })
  const shared = once(
    unit('environment', [anObject('Namespace', 'shop'), anObject('Namespace', 'jobs')]),
    unit('web', [declared]),
    unit('db', [other]),
  )
  expect(shared.objectsOf.get('environment')).toEqual([declared, anObject('Namespace', 'jobs')])
  expect(shared).toMatchObject({ objects: { web: [], db: ['Namespace'] }, problems: [] })
})
