import type { CoverageLanguageName } from '../config/config.ts'
import { go } from './go.ts'
import type { CoverageLanguage } from './language.ts'
import { node } from './node.ts'
import { python } from './python.ts'

const languages: Readonly<Record<CoverageLanguageName, CoverageLanguage>> = { node, go, python }

/** How programs of this language measure themselves. */
export function languageOf(name: CoverageLanguageName): CoverageLanguage {
  return languages[name]
}

/** Names of files, as patterns of the shell, that programs of any language need from their start to their end. */
export const writtenAtStart: readonly string[] = Object.values(languages).flatMap(
  (language) => language.writtenAtStart ?? [],
)
