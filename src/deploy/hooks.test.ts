import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { splitHooks } from './hooks.ts'

function object(kind: string, name: string, hook?: string, weight?: string): KubernetesObject {
  const annotations = {
    ...(hook === undefined ? {} : { 'helm.sh/hook': hook }),
    ...(weight === undefined ? {} : { 'helm.sh/hook-weight': weight }),
  }
  return { apiVersion: 'v1', kind, metadata: { name, annotations } }
}

/** What is applied with the rest, and each step with what it applies. */
function split(...all: readonly KubernetesObject[]) {
  const { objects, hooks } = splitHooks(all)
  return {
    rest: objects.map(({ metadata }) => metadata.name),
    steps: hooks.map(({ when, name, objects: own }) =>
      [when, `${name}:`, ...own.map(({ kind, metadata }) => `${kind}/${metadata.name}`)].join(' '),
    ),
  }
}

describe('R5: hooks', () => {
  test('are not applied with the rest, but before and after it', () => {
    expect(
      split(
        object('Job', 'migrate', 'post-install'),
        object('Deployment', 'web'),
        object('Job', 'prepare', 'pre-install'),
      ),
    ).toEqual({ rest: ['web'], steps: ['before prepare: Job/prepare', 'after migrate: Job/migrate'] })
  })

  test.each([
    ['pre-install', ['before']],
    ['post-install', ['after']],
    ['post-install,post-upgrade', ['after']],
    ['pre-upgrade, pre-install', ['before']],
    ['pre-install,post-install', ['before', 'after']],
    ['pre-upgrade', []],
    ['post-upgrade,post-rollback', []],
    ['pre-delete', []],
    ['test', []],
    ['test-success', []],
  ])('of the kind %s are part of an installation as helm says', (hook, expected) => {
    const { objects, hooks } = splitHooks([object('Job', 'a', hook)])
    expect(objects).toEqual([])
    expect(hooks.map(({ when }) => when)).toEqual(expected)
  })

  test('are ordered by weight as a number, then by what they use, then by name', () => {
    expect(
      split(
        object('Job', 'last', 'pre-install', '10'),
        object('Job', 'b', 'pre-install', '2'),
        object('Job', 'a', 'pre-install', '2'),
        object('Secret', 'z', 'pre-install', '2'),
        object('ServiceAccount', 'first', 'pre-install', '-5'),
        object('Job', 'unweighed', 'pre-install'),
      ).steps,
    ).toEqual([
      'before unweighed: ServiceAccount/first Job/unweighed',
      'before a: Secret/z Job/a',
      'before b: Job/b',
      'before last: Job/last',
    ])
  })

  test('that only have to be there are a step of their own at the end', () => {
    expect(
      split(object('Job', 'a', 'post-install'), object('ConfigMap', 'c', 'post-install', '1')).steps,
    ).toEqual(['after a: Job/a', 'after c: ConfigMap/c'])
  })

  test('have names that tell them apart', () => {
    const { hooks } = splitHooks([
      object('Pod', 'a', 'pre-install'),
      object('Job', 'a', 'pre-install'),
      object('Job', 'a', 'post-install'),
    ])
    expect(hooks.map(({ when, name }) => `${when} ${name}`)).toEqual(['before a', 'before a-2', 'after a'])
  })

  test('an empty or unreadable annotation is none', () => {
    const odd: KubernetesObject = JSON.parse(
      '{"apiVersion":"v1","kind":"Job","metadata":{"name":"odd","annotations":{"helm.sh/hook":true}}}',
    )
    const bare: KubernetesObject = JSON.parse(
      '{"apiVersion":"v1","kind":"Job","metadata":{"name":"bare","annotations":null}}',
    )
    expect(split(object('Job', 'empty', ''), odd, bare)).toEqual({
      rest: ['empty', 'odd', 'bare'],
      steps: [],
    })
  })
})
