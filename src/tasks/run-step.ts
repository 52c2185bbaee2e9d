import type { Service, StepSpec } from '../config/config.ts'
import type { StepExpression } from '../config/expression.ts'
import type { Forward } from '../drivers/forward.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { addressOf } from '../util/local-address.ts'
import { describing } from './failure.ts'
import { commandOf, endOf } from './host-command.ts'
import { readOutputs } from './outputs.ts'
import { forgetResults, keepOutputs } from './results.ts'
import type { RunScope } from './run-scope.ts'
import { stepKey } from './step-key.ts'
import { variablesFor } from './variables.ts'

/** How long a step that is stopped has for what it must clear away itself. */
const graceMs = 8_000

/**
 * Runs the command of a step in a process group of its own, with its forwards open for as long as it runs; one that
 * would do again what it has done to what still stands is left out.
 */
export async function runStep(
  service: Service,
  step: StepSpec,
  scope: RunScope,
  context: TaskContext,
): Promise<TaskResult> {
  const { name } = service
  const key = await stepKey(service, step, scope)
  const known = key === undefined ? undefined : scope.results.find(name, key)
  if (known !== undefined) {
    keepOutputs(service, known, scope)
    return { outcome: 'reused' }
  }
  forgetResults(name, scope)
  const forwards = new Map<string, Forward>()
  try {
    await openForwards(name, forwards, scope, context)
    const resolve = (expression: StepExpression) =>
      expression.root === 'forwards'
        ? `${addressOf(forwards.get(expression.forward)?.port ?? 0)[expression.property]}`
        : scope.resolve(expression)
    const env = {
      ...scope.hostVariables(),
      ...scope.traceVariables(`run:${name}`),
      ...variablesFor(service, resolve),
    }
    const command = { ...commandOf(step.run), cwd: scope.config.root, env }
    const { stdout } = await describing(
      // Its outputs are read off what it printed, whatever of that is secret.
      scope.exec.run(command, { signal: context.signal, onLine: context.output, graceMs, isData: true }),
      (error) => ({
        code: 'E_STEP_FAILED',
        message: error instanceof CommandError ? endOf(name, error) : error.message,
      }),
    )
    keepOutputs(service, await readOutputs(service, stdout, scope, context), scope, key)
    return { outcome: 'succeeded' }
  } finally {
    await Promise.all([...forwards.values()].map((forward) => forward.close()))
  }
}

async function openForwards(
  step: string,
  forwards: Map<string, Forward>,
  { cluster, forwardsOf }: RunScope,
  { signal, output }: TaskContext,
): Promise<void> {
  for (const [name, target] of forwardsOf.get(step) ?? []) {
    const forward = await describing(cluster.forward(target, { signal, onLine: output }), () => ({
      code: 'E_STEP_FAILED',
      message: `${step} could not be run: its forward \`${name}\` leads nowhere`,
    }))
    forwards.set(name, forward)
    output('info', `forward ${name}: 127.0.0.1:${forward.port} leads to ${target.service}:${target.port}`)
  }
}
