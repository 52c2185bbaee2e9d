import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** What a rule has found. Its code is the name of the rule. */
export interface Finding extends Diagnostic<string> {
  /** Why that is bad, in a sentence. */
  readonly why: string
  /** What it costs on this machine; absent where nothing is known of that. */
  readonly cost?: Cost
  /** Changes of the file that do away with it and with nothing else. */
  readonly edits?: readonly Edit[]
}

/** What earlier builds have shown. */
export interface Cost {
  /** The image whose build it is, the one that takes longest of several. */
  readonly image: string
  /** What the instructions in question took when they were last run. */
  readonly ms: number
  /** Environments whose bring-up takes as long as it does because of this build, among others. */
  readonly criticalIn: readonly string[]
  /** How much sooner the one that gains most would be up; absent where that is not known. */
  readonly savedMs?: number
}

/** Offsets of the file's text that are replaced. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}
