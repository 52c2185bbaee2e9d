import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Service, StepSpec } from '../config/config.ts'
import type { FileSource } from '../config/manifest-source.ts'
import { matchingFiles } from '../deploy/glob.ts'
import { outputsKey } from './outputs.ts'
import type { RunScope } from './run-scope.ts'
import { variablesFor } from './variables.ts'

/** Raised when the same step is run differently, so that nothing an older Kindling did counts. */
const keyVersion = 1

/**
 * The same text for a step that would do the same: its command, variables, forwards, outputs and the content of its
 * inputs. `undefined` when that cannot be known, and it has to run.
 */
export async function stepKey(
  service: Service,
  step: StepSpec,
  { config, resolve }: Pick<RunScope, 'config' | 'resolve'>,
): Promise<string | undefined> {
  if (step.inputs === undefined) return undefined
  const files = await Promise.all(step.inputs.map(filesOf))
  const contents = await Promise.all(
    [...new Set(files.flat())].sort().map((file) => contentOf(file, config.root)),
  )
  // Where a forward comes out is another port each time.
  const env = variablesFor(service, (expression) =>
    expression.root === 'forwards' ? expression.forward : resolve(expression),
  )
  const content = [keyVersion, step.run, env, [...step.forwards], outputsKey(service), contents]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

async function filesOf(input: FileSource): Promise<readonly string[]> {
  if (input.kind === 'glob') return matchingFiles(input.directory, input.pattern)
  const isDirectory = await stat(input.path).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
  return isDirectory ? matchingFiles(input.path, '**') : [input.path]
}

async function contentOf(file: string, root: string): Promise<readonly string[]> {
  const content = await readFile(file).catch(() => 'nothing')
  return [relative(root, file), createHash('sha256').update(content).digest('hex')]
}
