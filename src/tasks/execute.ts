import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import type { ImageTask, PlannedTask } from '../plan/plan.ts'
import { isAccessRefused } from '../util/access-refused.ts'
import { diskFullHint, isDiskFull } from '../util/disk-full.ts'
import { unreachable } from '../util/unreachable.ts'
import { buildImage } from './build.ts'
import { startCluster } from './cluster.ts'
import { deployService } from './deploy.ts'
import { awaitDns } from './dns.ts'
import { exportImages } from './export.ts'
import { taskError } from './failure.ts'
import { readLayers } from './layers.ts'
import { loadImage } from './load.ts'
import { awaitNodes } from './nodes.ts'
import { inPlatform, nameTogether } from './platforms.ts'
import { pullImage } from './pull.ts'
import { pushImage } from './push.ts'
import { awaitReady } from './ready.ts'
import type { ImageScope, RunScope } from './run-scope.ts'
import { runStep } from './run-step.ts'
import { runTests } from './run-tests.ts'

/** Does the work of a planned task; to add a task kind, write its file and name it below. */
export function executeTask(task: PlannedTask, scope: RunScope, context: TaskContext): Promise<TaskResult> {
  return inToolsWords(execute(task, scope, context))
}

/** The same for tasks that are about an image and need no cluster. */
export function executeImageTask(
  task: ImageTask,
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  return inToolsWords(executeOnImage(task, scope, context))
}

/** What a tool fails at where no task expects it is no bug of ours: it is told with the command and the tool's words. */
async function inToolsWords(task: Promise<TaskResult>): Promise<TaskResult> {
  try {
    return await task
  } catch (error) {
    if (isDiskFull(error)) {
      throw taskError({ code: 'E_NO_SPACE', message: error.message, hint: diskFullHint }, { cause: error })
    }
    if (isAccessRefused(error)) {
      const hint =
        'what a build does not need of its context belongs into .dockerignore; give yourself access to the rest'
      throw taskError(
        { code: 'E_NO_ACCESS', message: error.message, where: error.path, hint },
        { cause: error },
      )
    }
    if (!(error instanceof CommandError)) throw error
    throw taskError(
      { code: 'E_COMMAND_FAILED', message: error.message, where: error.where, detail: error.tail },
      { cause: error },
    )
  }
}

async function execute(task: PlannedTask, scope: RunScope, context: TaskContext): Promise<TaskResult> {
  switch (task.kind) {
    case 'pull':
    case 'build':
    case 'manifest':
    case 'push':
    case 'export':
      return executeOnImage(task, scope, context)
    case 'cluster':
      return startCluster(scope, context)
    case 'dns':
      return awaitDns(scope, context)
    case 'nodes':
      return awaitNodes(scope, context)
    case 'layers':
      return readLayers(task.image, scope, context)
    case 'load':
      return loadImage(task.image, scope, context)
    case 'deploy': {
      const service = scope.config.services.get(task.service)
      return service === undefined ? unknown(task) : deployService(service, scope, context)
    }
    case 'ready': {
      const service = scope.config.services.get(task.service)
      return service === undefined ? unknown(task) : awaitReady(service, scope, context)
    }
    case 'run': {
      const service = scope.config.services.get(task.service)
      return service?.step === undefined ? unknown(task) : runStep(service, service.step, scope, context)
    }
    case 'test':
      return runTests(scope, context, scope.traceVariables(task.id))
    default:
      return unreachable(task)
  }
}

async function executeOnImage(task: ImageTask, scope: ImageScope, context: TaskContext): Promise<TaskResult> {
  const image = task.kind === 'export' ? undefined : scope.config.images.get(task.image)
  switch (task.kind) {
    case 'pull':
      return image?.kind === 'external'
        ? inPlatform(task, scope, (own) => pullImage(image, own, context, task.platform))
        : unknown(task)
    case 'build':
      return image?.kind === 'built'
        ? inPlatform(task, scope, (own) => buildImage(image, own, context))
        : unknown(task)
    case 'manifest':
      return image?.kind === 'built' ? nameTogether(image, task.platforms, scope, context) : unknown(task)
    case 'push':
      return pushImage(task, scope, context)
    case 'export':
      return exportImages(task.directory, scope, context)
    default:
      return unreachable(task)
  }
}

function unknown(task: PlannedTask): never {
  throw new Error(`Internal error: ${task.id} is about nothing in the configuration`)
}
