import type { Config, CoverageSpec } from '../../config/config.ts'
import { languageOf } from '../../coverage/languages.ts'
import { coverageDirectory, injectCoverage } from '../../deploy/inject-coverage.ts'
import type { PreparedManifests } from '../../deploy/prepare.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { ManifestProblem, ServiceManifests } from '../../drivers/cluster.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { Provider } from '../providers/provider.ts'

/** The manifests of an environment in which the programs that can be measured are. */
export interface MeasuredServices {
  readonly services: readonly ServiceManifests[]
  /** By name, the images that are measured. */
  readonly images: ReadonlyMap<string, CoverageSpec>
  /** Gives a problem the object as it was before: it knows its place in a file. */
  readonly aboutOriginal: (problem: ManifestProblem) => ManifestProblem
}

/** The services as they are applied when coverage is measured, or as they are when it is not. */
export function measuredServices(
  { images }: Config,
  { services, imageNamed }: Pick<PreparedManifests, 'services' | 'imageNamed'>,
  { coverage: { volume } }: Pick<Provider, 'coverage'>,
  isMeasured: boolean,
): MeasuredServices {
  const found = new Map<string, CoverageSpec>()
  const originals = new Map<KubernetesObject, KubernetesObject>()
  const measured = (text: string) => {
    const image = images.get(imageNamed(text) ?? '')
    if (image?.kind !== 'built' || image.coverage === undefined) return undefined
    found.set(image.name, image.coverage)
    return { name: image.name, variables: languageOf(image.coverage.language).variables(coverageDirectory) }
  }
  const inject = (object: KubernetesObject) => {
    const injected = injectCoverage(object, measured, volume)
    originals.set(injected, object)
    return injected
  }
  return {
    services: isMeasured
      ? services.map((service) => ({ ...service, objects: service.objects.map(inject) }))
      : services,
    images: found,
    aboutOriginal: (problem) => ({ ...problem, object: originals.get(problem.object) ?? problem.object }),
  }
}

/** Says so when the coverage of an environment is asked for of which nothing can be measured. */
export function nothingMeasured(
  { locate }: Pick<Config, 'locate'>,
  environment: string,
  { images }: Pick<MeasuredServices, 'images'>,
): readonly Diagnostic[] {
  if (images.size > 0) return []
  const location = locate(['images'])
  return [
    {
      code: 'E_CONFIG_ENVIRONMENT',
      severity: 'error',
      message: `no image of environment \`${environment}\` says how its coverage is measured`,
      ...(location === undefined ? {} : { location }),
      hint: 'declare it for images that you build: `coverage: { language: node, paths: { /app: . } }`; or leave out `--coverage` and E2E_COVERAGE',
    },
  ]
}
