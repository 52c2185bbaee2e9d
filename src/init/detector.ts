import type { Finding } from './findings.ts'
import type { Repository } from './repository.ts'

/** Finds one kind of thing in files. A new one is a file in `detectors`, named in `detectors.ts`. */
export interface Detector {
  /** What it looks for, for the README and for people. */
  readonly name: string
  /** Whether a file is worth reading, by its path alone. */
  readonly isFor: (path: string) => boolean
  /** What the file tells; never throws because of what is written there. */
  readonly detect: (path: string, text: string, repository: Repository) => readonly Finding[]
}
