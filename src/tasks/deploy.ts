import type { Service } from '../config/config.ts'
import type { StepExpression } from '../config/expression.ts'
import { injectVariables, literal } from '../deploy/inject-variables.ts'
import { writeApplied } from '../deploy/write-applied.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { describeDeployFailure } from './deploy-failure.ts'
import { describing } from './failure.ts'
import { forgetResults } from './results.ts'
import type { RunScope } from './run-scope.ts'
import { variablesFor } from './variables.ts'

/** Brings a service's manifests to the wanted state; that it is ready is another task. */
export async function deployService(
  service: Service,
  scope: RunScope,
  context: TaskContext,
): Promise<TaskResult> {
  const { name } = service
  const options = {
    signal: context.signal,
    onLine: context.output,
    beforeChange: () => {
      forgetResults(name, scope)
      context.defer(async ({ signal, resourceRemoved }) => {
        await scope.cluster.removeService(name, { signal })
        resourceRemoved('service', name)
      })
    },
  }
  const resolve = (expression: StepExpression) => resolveFor(expression, scope)
  scope.variablesOf.set(
    name,
    variablesFor(service, (expression) => literal(resolve(expression))),
  )
  writeManifests(name, variablesFor(service, resolve), scope)
  context.progress('applying its manifests')
  const outcome = await describing(scope.cluster.apply(name, options), (error) =>
    describeDeployFailure(name, error, scope),
  )
  if (outcome === 'unchanged') return { outcome: 'reused' }
  context.resourceCreated('service', name)
  return { outcome: 'succeeded' }
}

function resolveFor(expression: StepExpression, { resolve }: RunScope): string {
  if (expression.root !== 'forwards') return resolve(expression)
  throw new Error('Internal error: only steps have forwards')
}

/** What is applied, for people to look at; without values that are nobody's business. */
function writeManifests(
  service: string,
  variables: Readonly<Record<string, string>>,
  { cluster, run, redactor }: RunScope,
): void {
  const objects = cluster.objectsOf?.(service)
  if (objects === undefined) return
  const hidden = Object.entries(variables)
    .map(([name, value]) => [name, value, redactor.redact(value)] as const)
    .filter(([, value, redacted]) => value !== redacted)
  const shown = Object.fromEntries(hidden.map(([name, , redacted]) => [name, redacted]))
  writeApplied(
    run.path,
    service,
    objects.map((object) => injectVariables(object, shown)),
  )
}
