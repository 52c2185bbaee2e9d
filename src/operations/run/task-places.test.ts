import { expect, test } from 'vitest'
import { shopInput, shopPlan } from '../../../test/rig/sample-plan.ts'
import { taskPlaces } from './task-places.ts'

test('each task has the line of what it is about: its image, its service, or the environment', () => {
  expect(taskPlaces(shopPlan(), shopInput().config)).toMatchObject({
    'build:base': 'kindling.yaml:4',
    'pull:db': 'kindling.yaml:7',
    'load:api': 'kindling.yaml:5',
    'deploy:api': 'kindling.yaml:10',
    'ready:web': 'kindling.yaml:11',
    'cluster:kind': 'kindling.yaml:13',
  })
})
