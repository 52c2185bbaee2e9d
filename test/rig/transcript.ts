import { readFileSync } from 'node:fs'

type Tool = 'podman-4.3.1' | 'docker-20.10.24' | 'docker-28.2.2'

/** What a tool really printed, as it was recorded. */
export function transcript(name: string, tool: Tool = 'podman-4.3.1'): string {
  return readFileSync(new URL(`../transcripts/${tool}/${name}`, import.meta.url), 'utf8')
}
