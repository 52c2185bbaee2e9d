import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ImageHost } from '../../test/rig/image-scope.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import type { BuiltImage } from '../config/config.ts'
import { buildImage } from './build.ts'
import { fingerprintOf, namedBases } from './build-inputs.ts'
import type { ImageScope } from './run-scope.ts'

function shop(dockerfile: string): ImageHost {
  return new ImageHost(
    `
project: shop
images:
  base: { dockerfile: base/Dockerfile, context: base }
  debian: { pull: docker.io/library/debian:12 }
  app: { dockerfile: app/Dockerfile, context: app, needs: [base, debian] }
services: {}
environments: {}`,
    { 'base/Dockerfile': 'FROM scratch\n', 'app/Dockerfile': dockerfile },
  )
}

function imageOf(scope: ImageScope, name: string): BuiltImage {
  const image = scope.config.images.get(name)
  if (image?.kind !== 'built') throw new Error(`${name} is not built`)
  return image
}

/** A run in which the images that `app` needs are there already. */
function scopeOf(host: ImageHost, tag: string): ImageScope {
  const scope = host.scope()
  scope.provided.set('base', { reference: `localhost/shop/base:${tag}`, id: 'sha256:b', fingerprint: 'b' })
  scope.provided.set('debian', { reference: 'localhost/made/debian:1', id: 'sha256:d', fingerprint: 'd' })
  return scope
}

describe("this run's images take the place of what the Dockerfile names", () => {
  test('whatever tag and prefix it gives them', () => {
    const host = shop(
      'FROM shop/base:dev AS x\nFROM debian:12\nCOPY --from=localhost/shop/base /a /\nFROM other',
    )
    const scope = scopeOf(host, 'run-1')
    expect([...namedBases(imageOf(scope, 'app'), scope)]).toEqual([
      ['shop/base:dev', 'localhost/shop/base:run-1'],
      ['debian:12', 'localhost/made/debian:1'],
      ['localhost/shop/base', 'localhost/shop/base:run-1'],
    ])
  })

  test('so that another image of that name does not change the fingerprint, nor does the tag of the run', async () => {
    const host = shop('FROM shop/base:dev')
    const first = await fingerprintOf(imageOf(host.scope(), 'app'), scopeOf(host, 'run-1'))
    host.engine.add({}, 'shop/base:dev')
    const second = await fingerprintOf(imageOf(host.scope(), 'app'), scopeOf(host, 'run-2'))
    expect(second).toEqual(first)
  })

  test('while an image of somebody else does', async () => {
    const host = shop('FROM other:1')
    const first = await fingerprintOf(imageOf(host.scope(), 'app'), scopeOf(host, 'run-1'))
    host.engine.add({}, 'other:1')
    const second = await fingerprintOf(imageOf(host.scope(), 'app'), scopeOf(host, 'run-1'))
    expect(second.fingerprint).not.toBe(first.fingerprint)
  })
})

test('I17: the size of the context is told, and a large one with a warning', async () => {
  const host = shop('FROM scratch')
  const linesOf = async () => {
    const scope = scopeOf(host, 'run-1')
    const context = new RecordingContext()
    await buildImage(imageOf(scope, 'app'), scope, context)
    return context.told
  }
  expect(await linesOf()).toContain('info build context: 1 file, 0.0 MiB')
  const vendored = join(host.root, 'app/vendored')
  writeFileSync(vendored, '')
  truncateSync(vendored, 101 * 2 ** 20)
  const lines = await linesOf()
  expect(lines).toContain('info build context: 2 files, 101.0 MiB')
  expect(lines).toContainEqual(expect.stringMatching(/larger than 100 MiB; .* \.dockerignore/))
})
