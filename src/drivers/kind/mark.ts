import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../util/write-whole.ts'

/** What a cluster of ours is made from. It lies in a directory that is mounted into its nodes, and so proves whose they are. */
export interface Mark {
  readonly cluster: string
  /** A cluster that is only being created does not survive the one who creates it. */
  readonly state: 'creating' | 'complete'
  readonly hash: string
  /** What the hash was made of. */
  readonly content: unknown
  /** Of all its containers. */
  readonly nodeNames: readonly string[]
}

const markFile = 'cluster.json'

/** The configuration as kind gets it. */
export function configFileIn(markDirectory: string): string {
  return join(markDirectory, 'kind.yaml')
}

/** Replaces the mark in a directory, which is made if need be, for its owner alone. */
export function writeMark(directory: string, mark: Mark): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeWhole(join(directory, markFile), `${JSON.stringify(mark, null, 2)}\n`, 0o600)
}

/** The mark in a directory; `undefined` when there is none that can be read. */
export function readMark(directory: string): Mark | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, markFile), 'utf8')) as Mark
  } catch {
    return undefined
  }
}
