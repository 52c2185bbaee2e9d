import { expect, test } from 'vitest'
import { anObject } from '../../../test/rig/kubernetes-objects.ts'
import { applyStages } from './apply-order.ts'

test('R3: namespaces, definitions, what pods refer to, Services, workloads, custom resources, webhooks', () => {
  const objects = [
    anObject('ValidatingWebhookConfiguration', 'guard', { apiVersion: 'admissionregistration.k8s.io/v1' }),
    anObject('Shop', 'corner', { apiVersion: 'example.com/v1' }),
    anObject('Deployment', 'web'),
    anObject('Job', 'migrate'),
    anObject('Service', 'web'),
    anObject('ConfigMap', 'settings'),
    anObject('ClusterRole', 'reader', { apiVersion: 'rbac.authorization.k8s.io/v1' }),
    anObject('PersistentVolumeClaim', 'data'),
    anObject('CustomResourceDefinition', 'shops.example.com'),
    anObject('Namespace', 'shop'),
  ]
  expect(applyStages(objects).map((stage) => stage.map(({ metadata }) => metadata.name))).toEqual([
    ['shop'],
    ['shops.example.com'],
    ['settings', 'reader', 'data'],
    ['web'],
    ['web', 'migrate'],
    ['corner'],
    ['guard'],
  ])
})

test('R3: a custom resource comes after the workloads, whatever its kind is called', () => {
  const objects = [
    anObject('Service', 'mesh', { apiVersion: 'serving.example.com/v1' }),
    anObject('Deployment', 'operator'),
    anObject('HorizontalPodAutoscaler', 'web', { apiVersion: 'autoscaling/v1' }),
  ]
  expect(applyStages(objects).map((stage) => stage.map(({ kind }) => kind))).toEqual([
    ['Deployment'],
    ['Service', 'HorizontalPodAutoscaler'],
  ])
})

test('no stage is empty', () => {
  expect(applyStages([])).toEqual([])
})
