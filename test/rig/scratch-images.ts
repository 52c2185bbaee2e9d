import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { BuildRequest, CallOptions, ContainerEngine } from '../../src/drivers/container-engine.ts'
import { probeProgram } from '../../src/drivers/podman/probe-program.ts'
import { CommandError } from '../../src/exec/command-error.ts'
import { isTransient } from '../../src/tasks/build-failure.ts'
import { temporaryDirectory, writeFiles } from './temp-directory.ts'

/** An engine under test, and its own program, to make what the engine cannot and to see what it did. */
export interface EngineUnderTest {
  readonly engine: ContainerEngine
  /** Runs podman or docker; throws when it fails. */
  readonly cli: (...args: readonly string[]) => string
}

const buildAttempts = 5

/** Images of the running test's own, made from scratch; they and their containers go when it has finished. */
export class ScratchImages {
  /** In all names of this test. */
  readonly owner: string = `kindling-test-${randomBytes(5).toString('hex')}`
  readonly #engine: ContainerEngine
  readonly #cli: EngineUnderTest['cli']

  constructor({ engine, cli }: EngineUnderTest) {
    this.#engine = engine
    this.#cli = cli
  }

  /** A name that nobody else has. */
  named(path = 'image'): string {
    return this.removed(`localhost/${this.owner}/${path}:1`)
  }

  /** Has a name go with the test. */
  removed(reference: string): string {
    onTestFinished(async () => void (await this.#engine.removeImage(reference)))
    return reference
  }

  /** For a context of these files and the probe program, which is all that is in the image by default. */
  request(
    reference: string,
    files: Readonly<Record<string, string>>,
    changes: Partial<BuildRequest> = {},
  ): BuildRequest {
    const context = temporaryDirectory({
      Dockerfile: 'FROM scratch\nCOPY probe /probe\nENTRYPOINT ["/probe"]\n',
    })
    writeFiles(context, files)
    const program = probeProgram(process.arch) ?? Buffer.of()
    // What follows the program is not loaded: it makes the image another one than everybody else's.
    writeFileSync(join(context, 'probe'), Buffer.concat([program, Buffer.from(this.owner)]))
    chmodSync(join(context, 'probe'), 0o755)
    return {
      ...{ reference, owner: this.owner, dockerfile: join(context, 'Dockerfile'), context },
      ...{ args: {}, labels: {}, baseImages: new Map() },
      ...changes,
    }
  }

  /** Builds as the tasks do, for the sake of what else builds on this machine (M5). */
  async buildOf(request: BuildRequest, options: CallOptions = {}): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#engine.build(request, options)
      } catch (error) {
        const isRace = error instanceof CommandError && isTransient(error)
        if (!isRace || attempt === buildAttempts) throw error
      }
    }
  }

  build(
    reference: string,
    files: Readonly<Record<string, string>> = {},
    changes: Partial<BuildRequest> = {},
  ): Promise<string> {
    return this.buildOf(this.request(reference, files, changes))
  }

  labelsOf(image: string): unknown {
    return JSON.parse(this.#cli('image', 'inspect', '--format', '{{json .Config.Labels}}', image))
  }

  /** A container of an image, which is not started. */
  container(image: string): string {
    const id = this.#cli('create', '--network=none', image, 'none').trim()
    onTestFinished(() => void this.#cli('rm', id))
    return id
  }

  /** The files below `/context` in an image. */
  filesIn(image: string): string[] {
    const tar = join(temporaryDirectory(), 'files.tar')
    this.#cli('export', '--output', tar, this.container(image))
    return execFileSync('tar', ['-tf', tar], { encoding: 'utf8' })
      .split('\n')
      .filter((path) => /^context\/.*[^/]$/.test(path))
      .map((path) => path.slice('context/'.length))
      .sort()
  }
}
