import fc from 'fast-check'
import { expect, test } from 'vitest'
import { environmentId, projectId } from './environment-id.ts'

const name = fc.stringMatching(/^[a-z](?:-?[a-z0-9]){0,5}$/)

test('P1: two checkouts, or two environments of one, have ids of their own; the same has the same', () => {
  const place = fc.record({ project: name, root: fc.constantFrom('/a', '/b', '/a/b'), environment: name })
  const idOf = ({ project, root, environment }: { project: string; root: string; environment: string }) =>
    environmentId({ project, root }, { name: environment })
  fc.assert(
    fc.property(place, place, (a, b) => {
      const isSame = a.project === b.project && a.root === b.root && a.environment === b.environment
      expect(idOf(a) === idOf(b)).toBe(isSame)
    }),
  )
})

test('an id is readable, and a name that podman and the file system take', () => {
  const id = environmentId({ project: 'shop', root: '/repo' }, { name: 'e2e' })
  expect(id).toMatch(/^shop-e2e-[0-9a-f]{6}$/)
})

test('the environments of a checkout share its project id, another checkout does not', () => {
  expect(projectId({ project: 'shop', root: '/a' })).toMatch(/^shop-[0-9a-f]{6}$/)
  expect(projectId({ project: 'shop', root: '/a' })).not.toBe(projectId({ project: 'shop', root: '/b' }))
})
