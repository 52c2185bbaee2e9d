import { execFileSync, spawnSync } from 'node:child_process'

/** podman's own image for the network of pods: made at the first pod, kept for all later ones, and not ours. */
const podmanPause = /podman-pause/

/** Everything podman has on this host, to be compared before and after. */
export interface EngineSnapshot {
  readonly containers: readonly string[]
  readonly pods: readonly string[]
  readonly images: readonly string[]
  readonly networks: readonly string[]
  readonly volumes: readonly string[]
}

/** Asks podman itself, not Kindling's drivers, which may be what is wrong. */
export function engineSnapshot(): EngineSnapshot {
  return {
    containers: list('ps', '--all', '--external', '--format', '{{.Names}} {{.Image}}'),
    pods: list('pod', 'ps', '--format', '{{.Name}}'),
    images: list('images', '--all', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}').filter(
      (image) => !podmanPause.test(image),
    ),
    networks: list('network', 'ls', '--format', '{{.Name}}'),
    volumes: list('volume', 'ls', '--format', '{{.Name}}'),
  }
}

/** podman lists nothing at all when an image comes or goes while it looks at it: others may work on this machine. */
const listAttempts = 5

function list(...args: readonly string[]): string[] {
  for (let attempt = 1; ; attempt++) {
    const { status, stdout, stderr } = spawnSync('podman', args, { encoding: 'utf8' })
    if (status === 0) return stdout.split('\n').filter(Boolean).sort()
    if (attempt === listAttempts) throw new Error(`podman ${args.join(' ')} exited with ${status}\n${stderr}`)
  }
}

/** Command lines of this host's processes that hold a text. */
export function processesWith(text: string): string[] {
  const output = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
  return output.split('\n').filter((line) => line.includes(text))
}

/** Resolves when so many processes with a text are there; rejects when the command they belong to ends before. */
export async function processesAppear(
  text: string,
  count: number,
  command: { readonly ended: Promise<{ readonly stderr: string }> },
): Promise<void> {
  let end: { readonly stderr: string } | undefined
  void command.ended.then((ended) => {
    end = ended
  })
  // podman has the text in its own arguments for a moment.
  while (processesWith(text).filter((line) => !line.includes('podman')).length < count) {
    if (end !== undefined) throw new Error(`ended before \`${text}\` was running:\n${end.stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
