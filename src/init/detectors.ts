import type { Detector } from './detector.ts'
import { buildCommands } from './detectors/build-commands.ts'
import { charts } from './detectors/charts.ts'
import { compose } from './detectors/compose.ts'
import { dockerfiles } from './detectors/dockerfiles.ts'
import { kindConfigs } from './detectors/kind-configs.ts'
import { kustomizations } from './detectors/kustomizations.ts'
import { manifests } from './detectors/manifests.ts'
import { setUpScripts } from './detectors/set-up-scripts.ts'
import { skaffold } from './detectors/skaffold.ts'
import { tests } from './detectors/tests.ts'
import type { Finding } from './findings.ts'
import type { Repository } from './repository.ts'

const detectors: readonly Detector[] = [
  dockerfiles,
  skaffold,
  compose,
  buildCommands,
  kustomizations,
  charts,
  manifests,
  kindConfigs,
  setUpScripts,
  tests,
]

/** More than any project has that one `kindling.yaml` is for. */
const mostFilesRead = 5_000

export interface Detection {
  readonly findings: readonly Finding[]
  /** How many files were read. */
  readonly read: number
  /** How many more would have been worth it. */
  readonly unread: number
}

/** What all detectors find, by detector and file. */
export function detect(repository: Repository): Detection {
  const wanted = repository.files.filter((path) => detectors.some(({ isFor }) => isFor(path)))
  const files = wanted.slice(0, mostFilesRead)
  const findings = detectors.flatMap((detector) =>
    files.filter(detector.isFor).flatMap((path) => {
      const text = repository.read(path)
      return text === undefined ? [] : detector.detect(path, text, repository)
    }),
  )
  return { findings, read: files.length, unread: wanted.length - files.length }
}

/** The findings of some kind. */
export function findingsOf<K extends Finding['kind']>(
  findings: readonly Finding[],
  kind: K,
): readonly Extract<Finding, { readonly kind: K }>[] {
  return findings.filter(
    (finding): finding is Extract<Finding, { readonly kind: K }> => finding.kind === kind,
  )
}
