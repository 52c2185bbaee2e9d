import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exec } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import { quiet } from '../quiet.ts'
import type { LayerSource } from './layer-source.ts'
import type { ImageDescription, Layer } from './oci-archive.ts'

interface Manifest {
  readonly layers?: readonly { readonly digest: string; readonly size: number }[]
}

interface Config {
  readonly rootfs?: { readonly diff_ids?: readonly string[] }
}

/** Podman's storage, read by the `skopeo` program, which shares it. */
export class SkopeoLayers implements LayerSource {
  readonly #exec: Exec
  readonly #env: Readonly<Record<string, string>>

  /** `env` is what podman itself is called with. */
  constructor(exec: Exec, env: Readonly<Record<string, string>> = {}) {
    this.#exec = exec
    this.#env = env
  }

  async describe(id: string, options: CallOptions): Promise<ImageDescription> {
    const [config, manifest] = await Promise.all([
      this.#read(['inspect', '--config', '--raw', storage(id)], options),
      this.#read(['inspect', '--raw', storage(id)], options),
    ])
    const actual = `sha256:${createHash('sha256').update(config).digest('hex')}`
    if (actual !== id) throw new Error(`skopeo reads ${actual} where podman has ${id}`)
    // That of a built image has uncompressed layers, as they are here; that of a pulled one those of the registry.
    const { layers = [] } = JSON.parse(manifest.toString()) as Manifest
    const sizes = new Map(layers.map(({ digest, size }) => [digest, size]))
    const diffIds = (JSON.parse(config.toString()) as Config).rootfs?.diff_ids ?? []
    return { id, config, layers: diffIds.map((digest) => layerOf(digest, sizes.get(digest))) }
  }

  async writeLayers(
    { id, layers }: ImageDescription,
    digests: ReadonlySet<string>,
    directory: string,
    options: CallOptions,
  ): Promise<number> {
    const blobs = join(directory, 'blobs')
    const files = join(blobs, 'sha256')
    mkdirSync(files, { recursive: true, mode: 0o700 })
    // skopeo leaves out what is there, and looks no further than at the name.
    for (const { digest } of layers) if (!digests.has(digest)) writeFileSync(join(files, hexOf(digest)), '')
    const args = [
      ...['copy', '--quiet', '--dest-oci-accept-uncompressed-layers', '--dest-shared-blob-dir', blobs],
      ...[storage(id), `oci:${join(directory, 'layout')}:image`],
    ]
    await this.#exec.run({ program: 'skopeo', args, env: this.#env }, options)
    const bytes = readdirSync(files).reduce((sum, name) => sum + statSync(join(files, name)).size, 0)
    for (const digest of digests) renameSync(join(files, hexOf(digest)), join(directory, hexOf(digest)))
    rmSync(blobs, { recursive: true, force: true })
    return bytes
  }

  async #read(args: readonly string[], options: CallOptions): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    await this.#exec.run(
      { program: 'skopeo', args, env: this.#env },
      {
        ...quiet(options),
        onStdout: async (chunk) => void chunks.push(chunk),
      },
    )
    return Buffer.concat(chunks)
  }
}

/** By ID: a name could move, and its spelling is podman's own. */
function storage(id: string): string {
  return `containers-storage:@${hexOf(id)}`
}

function layerOf(digest: string, size: number | undefined): Layer {
  return size === undefined ? { digest } : { digest, size }
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1)
}
