import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { ImageServer, type OfferedImage } from './image-server.ts'

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const layer = digestOf('layer')
const image: OfferedImage = {
  manifest: Buffer.from('manifest'),
  digest: digestOf('manifest'),
  config: { digest: digestOf('config'), data: Buffer.from('config') },
  layer: async (digest) => {
    if (digest !== layer) return undefined
    const path = join(temporaryDirectory(), 'layer')
    writeFileSync(path, 'layer')
    return { path, size: 5 }
  },
}

let server: ImageServer
beforeEach(async () => {
  server = await ImageServer.listen('127.0.0.1')
})
afterEach(() => server.close())

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const authorization = server.authorization
  return fetch(`http://${server.address}/v2/${path}`, { method, headers: { authorization, ...headers } })
}

test('manifest, configuration and layers are given by their digests', async () => {
  const told: number[] = []
  const offer = server.offer(image, (bytes) => told.push(bytes))
  const manifest = await get(`${offer.repository}/manifests/${image.digest}`)
  expect(manifest.headers.get('content-type')).toBe('application/vnd.oci.image.manifest.v1+json')
  expect(manifest.headers.get('docker-content-digest')).toBe(image.digest)
  expect(await manifest.text()).toBe('manifest')
  expect(await (await get(`${offer.repository}/blobs/${image.config.digest}`)).text()).toBe('config')
  expect(offer.bytesSent).toBe(0)
  expect(await (await get(`${offer.repository}/blobs/${layer}`)).text()).toBe('layer')
  expect(offer.bytesSent).toBe(5)
  expect(told).toEqual([5])
})

test('what is asked for without a body has its length, and what is left of a layer is given', async () => {
  const { repository } = server.offer(image)
  const head = await get(`${repository}/manifests/${image.digest}`, {}, 'HEAD')
  expect(head.headers.get('content-length')).toBe('8')
  const rest = await get(`${repository}/blobs/${layer}`, { range: 'bytes=2-' })
  expect(rest.status).toBe(206)
  expect(rest.headers.get('content-range')).toBe('bytes 2-4/5')
  expect(await rest.text()).toBe('yer')
})

test('nobody gets anything without the password, nor what is not offered, nor what was withdrawn', async () => {
  const offer = server.offer(image)
  const path = `${offer.repository}/blobs/${layer}`
  expect((await get(path, { authorization: 'Bearer x' })).status).toBe(401)
  expect((await get(path, {}, 'PUT')).status).toBe(405)
  expect((await get(`${offer.repository}/blobs/${digestOf('other')}`)).status).toBe(404)
  expect((await get(`${offer.repository}/manifests/${layer}`)).status).toBe(404)
  expect((await get(`${offer.repository}/blobs/../../etc/passwd`)).status).toBe(404)
  offer.withdraw()
  expect((await get(path)).status).toBe(404)
})

test('why a layer could not be given is kept for the one who offered it', async () => {
  const failure = new Error('the storage is on fire')
  const offer = server.offer({ ...image, layer: () => Promise.reject(failure) })
  expect((await get(`${offer.repository}/blobs/${layer}`)).status).toBe(500)
  expect(offer.failure).toBe(failure)
})

test('an address of another machine is none to listen on', async () => {
  // TEST-NET-1 of RFC 5737: nobody has it.
  await expect(ImageServer.listen('192.0.2.1')).rejects.toThrow('EADDRNOTAVAIL')
})
