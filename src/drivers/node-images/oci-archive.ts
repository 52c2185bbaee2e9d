import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type TarMember, tarStream } from './tar-stream.ts'

/** A layer of an image, uncompressed. */
export interface Layer {
  /** Of the uncompressed bytes: the diff ID. */
  readonly digest: string
  /** In bytes; `undefined` until it has been written once. */
  readonly size?: number
}

/** An image as it stands in its engine. */
export interface ImageDescription {
  /** Digest of the configuration. */
  readonly id: string
  /** The configuration byte for byte: another spelling would be another image. */
  readonly config: Uint8Array
  /** From the base up; one may stand there several times. */
  readonly layers: readonly Layer[]
}

/** A file that holds a layer. */
export interface LayerFile {
  /** Absolute path. */
  readonly path: string
  readonly size: number
}

/** The kinds of content of an image, as OCI names them. */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
}

/** Fewer and larger chunks: each passes through several processes. */
export const chunkBytes = 1024 * 1024

/**
 * The manifest of an image, made the way containerd makes it for docker's archives: tools that turn a configuration of
 * docker into one of OCI would change the image's ID. `sizeOf` knows the size of every layer.
 */
export function ociManifest(
  { id, config, layers }: ImageDescription,
  sizeOf: (digest: string) => number,
): { readonly data: Uint8Array; readonly digest: string } {
  const data = json({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: id, size: config.byteLength },
    layers: layers.map(({ digest }) => ({ mediaType: mediaTypes.layer, digest, size: sizeOf(digest) })),
  })
  return { data, digest: `sha256:${createHash('sha256').update(data).digest('hex')}` }
}

/**
 * An image as an OCI archive, which lacks the layers of which there is no file: a node that has those takes it in all
 * the same. `sizeOf` knows the size of every layer.
 */
export function ociArchive(
  name: string,
  image: ImageDescription,
  sizeOf: (digest: string) => number,
  files: ReadonlyMap<string, LayerFile>,
): AsyncIterable<Uint8Array> {
  const { data: manifest, digest } = ociManifest(image, sizeOf)
  const annotations = { 'io.containerd.image.name': name }
  const index = json({
    schemaVersion: 2,
    manifests: [{ mediaType: mediaTypes.manifest, digest, size: manifest.byteLength, annotations }],
  })
  return tarStream([
    member('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
    member('index.json', index),
    member(blobName(digest), manifest),
    member(blobName(image.id), image.config),
    ...[...files].map(([layer, { path, size }]) => ({
      name: blobName(layer),
      size,
      data: () => createReadStream(path, { highWaterMark: chunkBytes }),
    })),
  ])
}

function member(name: string, data: Uint8Array): TarMember {
  return { name, size: data.byteLength, data }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** Where an OCI layout has content. */
export function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}
