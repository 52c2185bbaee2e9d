import { readFileSync } from 'node:fs'

/** What podman 4.3.1 really printed, as it was recorded. */
export function transcript(name: string): string {
  return readFileSync(new URL(`../transcripts/podman-4.3.1/${name}`, import.meta.url), 'utf8')
}
