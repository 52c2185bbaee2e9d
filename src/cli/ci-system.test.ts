import { expect, test } from 'vitest'
import { repositoryPath } from './ci-system.ts'

test.each([
  [{ GITHUB_WORKSPACE: '/work/shop' }, 'docker/web.Dockerfile', 'e2e/docker/web.Dockerfile'],
  [{ GITHUB_WORKSPACE: '/work/shop' }, '../web.Dockerfile', 'web.Dockerfile'],
  [{ GITHUB_WORKSPACE: '/work/shop' }, '/work/shop/a.yaml', 'a.yaml'],
  [{ GITHUB_WORKSPACE: '/work/shop' }, '/etc/a.yaml', '/etc/a.yaml'],
  [{}, 'a.yaml', 'a.yaml'],
])('a file is named from the root of the repository on: %o %s', (env, file, path) => {
  expect(repositoryPath(env, '/work/shop/e2e')(file)).toBe(path)
})
