import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { chunkBytes, type LayerFile, mediaTypes } from './oci-archive.ts'

/** An image for whoever pulls it. */
export interface OfferedImage {
  readonly manifest: Uint8Array
  /** Digest of the manifest. */
  readonly digest: string
  readonly config: { readonly digest: string; readonly data: Uint8Array }
  /** A layer as a file, which stays while the image is offered; `undefined` for what is none of its layers. */
  readonly layer: (digest: string) => Promise<LayerFile | undefined>
}

/** What became of an image that was offered. */
export interface Offer {
  readonly repository: string
  /** Of layers, so far. */
  readonly bytesSent: number
  /** Why a layer could not be given. */
  readonly failure: unknown
  /** Nobody can pull it any more. */
  withdraw(): void
}

interface OpenOffer extends Offer {
  readonly image: OfferedImage
  readonly onBytes: (bytes: number) => void
  bytesSent: number
  failure: unknown
}

const route = /^\/v2\/([^?]+)\/(manifests|blobs)\/(sha256:[0-9a-f]{64})(?:\?|$)/

/**
 * The part of the OCI distribution protocol that pulling by digest takes, over HTTP, for the nodes of one cluster. Only
 * those who know the password get an answer.
 */
export class ImageServer {
  /** `host:port`. */
  readonly address: string
  /** Value of the `Authorization` header that is asked for. */
  readonly authorization: string
  readonly #server: Server
  readonly #offers = new Map<string, OpenOffer>()
  readonly #sockets = new Set<Socket>()
  #count = 0

  private constructor(server: Server, authorization: string) {
    const { address, port } = server.address() as AddressInfo
    this.address = `${address}:${port}`
    this.authorization = authorization
    this.#server = server
    server.on('request', (request, response) => void this.#answer(request, response))
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Listens on a free port of an IPv4 address. Rejects with a system error when that is none of this machine's. */
  static async listen(host: string): Promise<ImageServer> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, host, resolve)
    })
    // A run that ends without closing it must not be kept alive by it.
    server.unref()
    return new ImageServer(server, `Bearer ${randomBytes(24).toString('base64url')}`)
  }

  /** Offers an image under a repository of its own; `onBytes` is told of layers as they go. */
  offer(image: OfferedImage, onBytes: (bytes: number) => void = () => {}): Offer {
    const repository = `image-${this.#count++}`
    const offer: OpenOffer = {
      repository,
      image,
      onBytes,
      bytesSent: 0,
      failure: undefined,
      withdraw: () => this.#offers.delete(repository),
    }
    this.#offers.set(repository, offer)
    return offer
  }

  close(): void {
    this.#offers.clear()
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== this.authorization) return end(response, 401)
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405)
    const [, repository = '', sort, digest = ''] = route.exec(request.url ?? '') ?? []
    const offer = this.#offers.get(repository)
    if (offer === undefined) return end(response, 404)
    const { image } = offer
    if (sort === 'manifests')
      return digest === image.digest
        ? sendData(request, response, image.manifest, mediaTypes.manifest, digest)
        : end(response, 404)
    if (digest === image.config.digest)
      return sendData(request, response, image.config.data, 'application/octet-stream', digest)
    try {
      const file = await image.layer(digest)
      if (file === undefined) return end(response, 404)
      await sendFile(request, response, file, digest, (bytes) => {
        offer.bytesSent += bytes
        offer.onBytes(bytes)
      })
    } catch (error) {
      if (response.headersSent) return void response.destroy()
      offer.failure = error
      end(response, 500)
    }
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end()
}

function sendData(
  request: IncomingMessage,
  response: ServerResponse,
  data: Uint8Array,
  type: string,
  digest: string,
): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': data.byteLength,
    'docker-content-digest': digest,
  })
  response.end(request.method === 'HEAD' ? undefined : data)
}

/** Rejects when the other side goes away in the middle. */
async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, size }: LayerFile,
  digest: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  // containerd asks for the rest of what it has got a part of.
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start > size) return end(response, 416)
  response.writeHead(start === 0 ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': size - start,
    'docker-content-digest': digest,
    ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
  })
  if (request.method === 'HEAD' || start === size) return void response.end()
  const file = createReadStream(path, { start, highWaterMark: chunkBytes })
  file.on('data', (chunk) => onBytes(chunk.length))
  await pipeline(file, response)
}
