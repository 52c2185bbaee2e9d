import type { Config, Environment, Service, WaitSpec } from '../../config/config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { ServiceManifests } from '../../drivers/cluster.ts'
import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import { hiddenService } from '../prepare/hidden-service.ts'
import type { WithHooks } from '../prepare/hook-services.ts'
import type { GeneratedValues } from './make-values.ts'
import { generatedObjects, standIns } from './objects.ts'
import { fileOf, type GeneratedFiles } from './value-files.ts'

/** What is generated and applied. */
export const generatedService = 'generated.objects'

/** Applying it is all there is; nothing of it becomes ready later, milliseconds. */
const timeoutMs = 60_000

/** The services of an environment with one more, whose manifests are made from what is generated. */
export interface WithGenerated extends WithHooks {
  readonly diagnostics: readonly Diagnostic[]
  /** The manifests with these values in them, instead of stand-ins. */
  readonly manifestsWith: (values: GeneratedValues) => readonly ServiceManifests[]
}

/**
 * Gives the objects that hold generated values a service of their own, of which all others need that it has been
 * applied; where there are none, nothing changes. Namespaces that these objects are in and others declare come with
 * them. Waits get the files of the environment.
 */
export function withGenerated(
  hooked: WithHooks,
  files: GeneratedFiles,
  env: Readonly<Record<string, string | undefined>>,
): WithGenerated {
  const { config } = hooked
  const { generated } = config
  const services = hooked.services.map((service) => withFiles(service, files))
  const planned = generatedObjects(generated, standIns(generated), env)
  const [first] = [...generated.values()].flatMap(({ objects }) => objects)
  if (first === undefined) {
    const unchanged = hooked.manifests
    return { ...withServices(hooked, services), diagnostics: [], manifestsWith: () => unchanged }
  }
  const own = hiddenService(generatedService, { sources: [], timeoutMs, location: first.location })
  const after = services.map((service) => ({
    ...service,
    appliedNeeds: [...service.appliedNeeds, generatedService],
  }))
  const namespaces = namespacesOf(planned, hooked.manifests)
  const others = hooked.manifests.map((manifests) => ({
    ...manifests,
    objects: manifests.objects.filter((object) => !namespaces.includes(object)),
  }))
  const manifestsWith = (values: GeneratedValues) => {
    const objects = [...namespaces, ...generatedObjects(generated, values, env)]
    return [{ service: generatedService, objects, ports: new Map() }, ...others]
  }
  return {
    ...withServices(hooked, [own, ...after]),
    manifests: manifestsWith(standIns(generated)),
    diagnostics: duplicates(config, planned, hooked.manifests),
    manifestsWith,
  }
}

function withServices(hooked: WithHooks, services: readonly Service[]): WithHooks {
  const { config, environment } = hooked
  const names = services.map(({ name }) => name)
  return {
    ...hooked,
    config: {
      ...config,
      services: new Map([...config.services, ...services.map((of) => [of.name, of] as const)]),
    },
    environment: withNames(environment, names),
    services,
  }
}

function withNames(environment: Environment, names: readonly string[]): Environment {
  const own = names.filter((name) => !environment.services.includes(name))
  return { ...environment, services: [...own, ...environment.services] }
}

function withFiles(service: Service, files: GeneratedFiles): Service {
  const ready = service.ready.map((wait): WaitSpec => {
    if (wait.kind !== 'https' || wait.generatedCa === undefined) return wait
    const caFile = fileOf(wait.generatedCa, files)
    return caFile === undefined ? wait : { ...wait, caFile }
  })
  return { ...service, ready }
}

/** Declared somewhere else, they would come too late. */
function namespacesOf(
  objects: readonly KubernetesObject[],
  manifests: readonly ServiceManifests[],
): readonly KubernetesObject[] {
  const names = new Set(objects.map(({ metadata }) => metadata.namespace))
  return manifests
    .flatMap((of) => of.objects)
    .filter(({ apiVersion, kind, metadata }) => isNamespace(apiVersion, kind) && names.has(metadata.name))
}

function isNamespace(apiVersion: string, kind: string): boolean {
  return apiVersion === 'v1' && kind === 'Namespace'
}

/** Objects that manifests have as well. */
function duplicates(
  { generated }: Config,
  objects: readonly KubernetesObject[],
  manifests: readonly ServiceManifests[],
): readonly Diagnostic[] {
  const locations = [...generated.values()].flatMap((value) => value.objects.map(({ location }) => location))
  const owners = new Map(
    manifests.flatMap(({ service, objects: of }) => of.map((object) => [keyOf(object), service] as const)),
  )
  return objects.flatMap((object, index): readonly Diagnostic[] => {
    const owner = owners.get(keyOf(object))
    const location = locations[index]
    if (owner === undefined) return []
    return [
      {
        code: 'E_MANIFEST_DUPLICATE',
        severity: 'error',
        message: `${describeObject(object)} is generated, and the manifests of service \`${owner}\` have it as well`,
        ...(location === undefined ? {} : { location }),
        hint: 'take it out of the manifests, or give the generated one another name',
      },
    ]
  })
}

function keyOf({ apiVersion, kind, metadata: { name, namespace = 'default' } }: KubernetesObject): string {
  return JSON.stringify([apiVersion, kind, namespace, name])
}
