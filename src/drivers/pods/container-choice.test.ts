import { expect, test } from 'vitest'
import { aContainer, aPod } from '../../../test/rig/pods.ts'
import type { ContainerChoice } from '../cluster.ts'
import { chosenContainers } from './container-choice.ts'

const containers = [aContainer(), aContainer({ name: 'side' })]
const pods = [
  aPod({ name: 'web-0', containers, initContainers: [aContainer({ name: 'prepare' })] }),
  aPod({ name: 'web-1', containers }),
  aPod({ name: 'web-admin', containers: [aContainer()] }),
]

test.each<[ContainerChoice, string[]]>([
  [{}, ['web-0/app', 'web-0/side', 'web-1/app', 'web-1/side', 'web-admin/app']],
  [{ pod: 'web-1' }, ['web-1/app', 'web-1/side']],
  [{ pod: 'web', container: 'app' }, ['web-0/app', 'web-1/app']],
  [{ container: 'side' }, ['web-0/side', 'web-1/side']],
  [{ container: 'prepare' }, ['web-0/prepare']],
  [{ pod: 'admin' }, []],
])('%o chooses %o', (choice, expected) => {
  const found = chosenContainers(pods, choice)
  expect(found.map(({ pod, container }) => `${pod.name}/${container.name}`)).toEqual(expected)
})
