import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { OutputSpec, StepSpec } from './config.ts'
import { fileSources } from './convert-sources.ts'
import { choiceOf, objectNameOf } from './convert-words.ts'
import { type Conversion, mapOf, refuse, wordsOf } from './draft.ts'
import { type PathStep, parseJsonPath } from './json-path.ts'
import type { OutputV1Alpha1, StepV1Alpha1 } from './v1alpha1-step.ts'

/** The step that a service is; `undefined` for one with manifests. */
export function convertStep(
  { run, forwards, inputs }: StepV1Alpha1,
  at: YamlPath,
  context: Conversion,
): StepSpec | undefined {
  if (run === undefined) return undefined
  return {
    run: typeof run === 'string' ? run : wordsOf(context, [...at, 'run'], run),
    forwards: mapOf(forwards, (_, { service, namespace, port }) => ({
      service,
      ...(namespace === undefined ? {} : { namespace }),
      port,
    })),
    ...(inputs === undefined ? {} : { inputs: fileSources(inputs, [...at, 'inputs'], context) }),
  }
}

/** What is read off a service; problems go to the conversion. */
export function convertOutput(output: OutputV1Alpha1, at: YamlPath, context: Conversion): OutputSpec {
  const { secret: isSecret } = output
  if ('stdout' in output) {
    return { kind: 'stdout', line: expressionOf(output.stdout, [...at, 'stdout'], context), isSecret }
  }
  if ('log' in output) {
    const line = expressionOf(output.log, [...at, 'log'], context)
    return { kind: 'log', line, ...choiceOf(output), isSecret }
  }
  const path = parseJsonPath(output.jsonPath)
  if (path === undefined) {
    const message = `\`${output.jsonPath}\` does not lead to one value`
    const hint = 'name fields and numbers of items, for example `{.status.addresses[0].value}`'
    refuse(context, [...at, 'jsonPath'], message, hint)
  }
  const object = objectNameOf(output)
  return {
    kind: 'object',
    object,
    path: path ?? [],
    isSecret: isSecret || isInSecret(object.kind, path),
  }
}

function isInSecret(kind: string, path: readonly PathStep[] | undefined): boolean {
  return kind === 'Secret' && path?.[0] === 'data'
}

function expressionOf(text: string, path: YamlPath, context: Conversion): RegExp {
  try {
    return new RegExp(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    refuse(context, path, message, 'write it as in JavaScript, without slashes: `token=(\\S+)`')
    return /(?!)/
  }
}
