import { resolve } from 'node:path'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { ClusterSpec, Environment, EvidenceSpec, TestSpec } from './config.ts'
import { fileSources } from './convert-sources.ts'
import { convertVariables } from './convert-variables.ts'
import { type Conversion, linksOf, wordsOf } from './draft.ts'
import { lateForms } from './expression.ts'
import { parseDuration, parseSize } from './units.ts'
import type {
  ClusterV1Alpha1,
  EnvironmentV1Alpha1,
  EvidenceV1Alpha1,
  TestV1Alpha1,
} from './v1alpha1-environment.ts'

/** An environment as later steps want it; problems and links go to the conversion. */
export function convertEnvironment(
  name: string,
  environment: EnvironmentV1Alpha1,
  context: Conversion,
): Environment {
  const at = ['environments', name]
  context.links.push(
    ...linksOf(context, [...at, 'services'], environment.services, {
      kind: 'environment',
      from: name,
      target: 'service',
    }),
  )
  const { test } = environment
  return {
    name,
    services: [...new Set(environment.services)],
    cluster: convertCluster(environment.cluster, [...at, 'cluster'], context),
    ...(test === undefined ? {} : { test: convertTest(name, test, [...at, 'test'], context) }),
    evidence: convertEvidence(environment.evidence),
    isDefault: environment.default,
    location: context.source.locateKey(at),
  }
}

function convertCluster(cluster: ClusterV1Alpha1, at: YamlPath, context: Conversion): ClusterSpec {
  const { provider, config, image, crds, namespaces } = cluster
  return {
    provider,
    ...(config === undefined ? {} : { configFile: resolve(context.root, config) }),
    ...(image === undefined ? {} : { nodeImage: image }),
    crds: fileSources(crds, [...at, 'crds'], context),
    namespaces: [...new Set(namespaces)].map((name) => ({
      name,
      location: context.source.locate([...at, 'namespaces', namespaces.indexOf(name)]),
    })),
  }
}

function convertTest(from: string, test: TestV1Alpha1, at: YamlPath, context: Conversion): TestSpec {
  return {
    run: typeof test.run === 'string' ? test.run : wordsOf(context, [...at, 'run'], test.run),
    env: convertVariables(test.env, [...at, 'env'], lateForms, context, { by: 'environment', name: from }),
    timeoutMs: parseDuration(test.timeout),
  }
}

function convertEvidence({ when, timeout, maxSize }: EvidenceV1Alpha1): EvidenceSpec {
  return { when, timeoutMs: parseDuration(timeout), maxBytes: parseSize(maxSize) }
}
