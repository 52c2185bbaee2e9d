import type { ServiceAdoption } from './adoption-report.ts'

/** What brings a service further: the first thing that is missing, in the order in which they build on each other. */
export function nextStep(service: Omit<ServiceAdoption, 'next'>, hasConfig: boolean): string {
  const {
    image,
    hasManifests,
    environments,
    scripts,
    isCoverageReady,
    setUpMs,
    lintFindings,
    service: name,
  } = service
  const [environment] = environments
  const [script] = scripts
  if (!hasConfig) return '`kindling init`'
  if (!hasManifests && image === 'built') return 'write manifests for it'
  if (image === 'unknown') return 'declare its image under `images`'
  if (environment === undefined) return `add ${name} to kindling.yaml and to an environment`
  if (setUpMs === undefined) return `\`kindling up ${environment}\``
  if (script !== undefined) return `use \`kindling test ${environment}\` instead of ${script}`
  if (lintFindings > 0) return 'fix what `kindling lint` finds'
  if (isCoverageReady === false) return 'declare `coverage` for its image'
  return 'nothing'
}
