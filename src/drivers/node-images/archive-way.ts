import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult, ExecOptions } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import {
  failedReport,
  type ImageToLoad,
  type LoadingWay,
  type LoadTarget,
  type WayReport,
} from './loading-way.ts'
import { readContent } from './node-commands.ts'

/** Runs the `kind` program with a cluster's engine and kubeconfig; rejects with `CommandError`. */
export type RunKind = (args: readonly string[], options: ExecOptions) => Promise<CommandResult>

/** The official way: a tar of the engine's, and `kind load image-archive`. */
export class ArchiveWay implements LoadingWay {
  readonly name = 'archive'
  readonly #program: Pick<EngineProgram, 'run'>
  readonly #kind: RunKind
  readonly #cluster: string
  readonly #parent: string

  /** Tars are in private directories (I22) within `parent`, for as long as they are needed. */
  constructor(program: Pick<EngineProgram, 'run'>, kind: RunKind, cluster: string, parent: string) {
    this.#program = program
    this.#kind = kind
    this.#cluster = cluster
    this.#parent = parent
  }

  async send(image: ImageToLoad, targets: readonly LoadTarget[], options: CallOptions): Promise<WayReport> {
    const directory = mkdtempSync(join(this.#parent, 'archive-'))
    const tar = join(directory, 'image.tar')
    let bytes = 0
    try {
      await this.#program.run(['save', '--output', tar, image.reference], options)
      bytes = statSync(tar).size
      const names = targets.map(({ node }) => node.name).join(',')
      await this.#kind(['load', 'image-archive', tar, '--name', this.#cluster, '--nodes', names], options)
      const contents = await Promise.all(targets.map(({ node }) => readContent(node, options)))
      const reports = contents.map((content) => ({ bytesSent: bytes, content }))
      return { way: this.name, bytesWritten: bytes, targets: reports }
    } catch (error) {
      return failedReport(this.name, targets, error, bytes)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }

  close(): void {}
}
