import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { BuiltImage } from '../config/config.ts'
import { evaluateTemplate } from '../config/expression.ts'
import type { CallOptions } from '../drivers/container-engine.ts'
import { labels } from '../drivers/labels.ts'
import { type BuildStep, parseBuildStep } from '../drivers/podman/build-output.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { baseImages, findInstruction } from '../images/dockerfile.ts'
import { fingerprintBuild } from '../images/fingerprint.ts'
import { describing, type WordedFailure } from './failure.ts'
import type { ProvidedImage, RunScope } from './run-scope.ts'

/** Builds an image, unless one with the same fingerprint is there already. */
export async function buildImage(
  image: BuiltImage,
  scope: RunScope,
  context: TaskContext,
): Promise<TaskResult> {
  const { engine } = scope
  const args = argsOf(image, scope, (provided) => provided.reference)
  const fingerprint = await fingerprintOf(image, args, scope)
  const owner = { [labels.environment]: scope.environmentId, [labels.fingerprint]: fingerprint }
  const [existing] = await engine.findImages(owner, { signal: context.signal })
  const [known] = existing?.references ?? []
  if (existing !== undefined && known !== undefined) {
    return provide(image, { reference: known, id: existing.id, fingerprint }, 'reused', scope)
  }

  const reference = `localhost/${image.repository}:${scope.tagOf(image.name)}`
  context.defer(async (undo) => {
    if (await engine.removeImage(reference, { signal: undo.signal })) undo.resourceRemoved('image', reference)
  })
  let step: BuildStep | undefined
  const options: CallOptions = {
    signal: context.signal,
    onLine: (stream, line) => {
      context.output(stream, line)
      const announced = parseBuildStep(line)
      if (announced === undefined) return
      step = announced
      context.progress(announced.instruction, announced.number, announced.total)
    },
  }
  const build = engine.build(
    {
      reference,
      dockerfile: image.dockerfile,
      context: image.context,
      ...(image.target === undefined ? {} : { target: image.target }),
      ...(image.platform === undefined ? {} : { platform: image.platform }),
      args,
      labels: owner,
      baseImages: namedBases(image, scope),
    },
    options,
  )
  const id = await describing(build, () => describeFailure(image, step, scope))
  context.resourceCreated('image', reference)
  return provide(image, { reference, id, fingerprint }, 'succeeded', scope)
}

function provide(
  image: BuiltImage,
  provided: ProvidedImage,
  outcome: TaskResult['outcome'],
  scope: RunScope,
): TaskResult {
  scope.provided.set(image.name, provided)
  const { reference, id, fingerprint } = provided
  return { outcome, outputs: { reference, id, fingerprint } }
}

function argsOf(
  image: BuiltImage,
  scope: RunScope,
  property: (provided: ProvidedImage) => string,
): Record<string, string> {
  const values = [...image.args].map(([name, template]) => {
    const value = evaluateTemplate(template, (expression) =>
      expression.root === 'env'
        ? (process.env[expression.variable] ?? '')
        : property(providedImage(expression.image, scope)),
    )
    return [name, value] as const
  })
  return Object.fromEntries(values)
}

function providedImage(name: string, scope: RunScope): ProvidedImage {
  const provided = scope.provided.get(name)
  if (provided === undefined) throw new Error(`Internal error: ${name} is needed before it is provided`)
  return provided
}

async function fingerprintOf(
  image: BuiltImage,
  args: Readonly<Record<string, string>>,
  scope: RunScope,
): Promise<string> {
  const bases: Record<string, string> = {}
  for (const name of image.needs) bases[name] = providedImage(name, scope).fingerprint
  const ours = new Set([...scope.provided.values()].map(({ reference }) => reference))
  for (const base of baseImages(readFileSync(image.dockerfile, 'utf8'), args)) {
    if (!ours.has(base)) bases[base] = (await scope.engine.imageId(base)) ?? 'not here'
  }
  return fingerprintBuild({
    dockerfile: image.dockerfile,
    context: image.context,
    target: image.target,
    platform: image.platform,
    args: argsOf(image, scope, (provided) => provided.fingerprint),
    bases,
    engine: scope.engine.name,
  })
}

/** The names by which a Dockerfile may call the images it needs: `FROM shop/base` must find this run's. */
function namedBases(image: BuiltImage, scope: RunScope): Map<string, string> {
  const named = new Map<string, string>()
  for (const need of image.needs) {
    const config = scope.config.images.get(need)
    if (config?.kind !== 'built') continue
    const { reference } = providedImage(need, scope)
    for (const prefix of ['', 'localhost/']) {
      for (const suffix of ['', ':latest']) named.set(`${prefix}${config.repository}${suffix}`, reference)
    }
  }
  return named
}

function describeFailure(image: BuiltImage, step: BuildStep | undefined, scope: RunScope): WordedFailure {
  const file = relative(scope.config.root, image.dockerfile)
  if (step === undefined) {
    return {
      code: 'E_BUILD_FAILED',
      message: `the build of ${image.name} failed before its first instruction`,
    }
  }
  const instruction = findInstruction(readFileSync(image.dockerfile, 'utf8'), step.instruction)
  return {
    code: 'E_BUILD_FAILED',
    message: `the build of ${image.name} failed at \`${step.instruction}\` (step ${step.number} of ${step.total})`,
    where: instruction === undefined ? file : `${file}:${instruction.line}:1`,
  }
}
