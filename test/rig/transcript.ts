import { readFileSync } from 'node:fs'

type Containerd = 'containerd-1.6.20' | 'containerd-1.7.24' | 'containerd-2.1.9'
type Renderer = 'helm-3.14.4' | 'kubectl-1.32.4'
type Tool = Renderer | 'podman-4.3.1' | 'docker-20.10.24' | 'docker-28.2.2' | Containerd

/** What a tool really printed, as it was recorded. */
export function transcript(name: string, tool: Tool = 'podman-4.3.1'): string {
  return readFileSync(new URL(`../transcripts/${tool}/${name}`, import.meta.url), 'utf8')
}
