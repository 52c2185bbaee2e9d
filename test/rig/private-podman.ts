import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** podman with images of its own, which nobody else on the machine sees or has in the way. */
export class PrivatePodman implements Disposable {
  readonly env: Readonly<Record<string, string>>
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'kindling-podman-'))

  constructor() {
    const file = join(this.#directory, 'storage.conf')
    const [graphroot, runroot] = ['graph', 'run'].map((name) => join(this.#directory, name))
    writeFileSync(file, `[storage]\ndriver = "overlay"\ngraphroot = "${graphroot}"\nrunroot = "${runroot}"\n`)
    this.env = { CONTAINERS_STORAGE_CONF: file }
  }

  cli(...args: readonly string[]): string {
    return execFileSync('podman', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.env },
    })
  }

  /** Every image, named or not, and every list, by name and ID. */
  images(): string[] {
    return this.cli('images', '--all', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}')
      .split('\n')
      .filter(Boolean)
      .sort()
  }

  [Symbol.dispose](): void {
    // Overlay mounts its own directory on itself.
    spawnSync('umount', [join(this.#directory, 'graph', 'overlay')], { stdio: 'ignore' })
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
