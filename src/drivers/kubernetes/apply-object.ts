import type { Clock } from '../../util/clock.ts'
import { isMapping } from '../../util/is-mapping.ts'
import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import type { CallOptions } from '../container-engine.ts'
import { type KubernetesClient, keyOf, type ObjectKey } from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { retrying } from './retry.ts'

export interface ApplyContext {
  readonly client: KubernetesClient
  readonly clock: Clock
  readonly options: CallOptions
}

/** How long an object may take to go, or a CRD to be established. */
const patienceMs = 60_000
const beginPatienceMs = 5_000
const firstPauseMs = 50
const longestPauseMs = 1_000

/** Made anew, these would lose what is in them: that is never ours to decide. */
const preciousKinds = ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim', 'PersistentVolume']

/**
 * Applies one object, with the patience that a cluster in the making needs. One that may be replaced is made anew
 * when the server says that it cannot become what is wanted. Resolves when it is there, a CRD when it is served.
 */
export async function applyObject(
  object: KubernetesObject,
  mayReplace: boolean,
  context: ApplyContext,
): Promise<KubernetesObject> {
  const { client, clock, options } = context
  const apply = () =>
    retrying(() => client.apply(object, options), {
      clock,
      signal: options.signal,
      onRetry: ({ message }, pauseMs) =>
        options.onLine?.('stderr', `${message}; trying again in ${Math.round(pauseMs)} ms`),
    })
  let applied: KubernetesObject
  try {
    applied = await apply()
  } catch (error) {
    if (!mayReplace || preciousKinds.includes(object.kind) || !isImmutable(error)) throw error
    options.onLine?.('stderr', `${describeObject(object)} cannot be changed so: it is made anew`)
    await deleteObject(keyOf(object), context)
    applied = await apply()
  }
  if (applied.metadata.deletionTimestamp !== undefined) {
    // What was applied is an object on its way out.
    await untilGone(keyOf(object), context)
    applied = await apply()
  }
  return object.kind === 'CustomResourceDefinition' ? untilEstablished(object, context) : applied
}

/** Deletes an object; resolves when another may take its name. */
export async function deleteObject(key: ObjectKey, context: ApplyContext): Promise<void> {
  const { client, clock, options } = context
  if (key.kind === 'Job') await untilBegun(key, context)
  const isGoing = await retrying(() => client.delete(key, options), { clock, signal: options.signal })
  if (isGoing) await untilGone(key, context)
}

/**
 * Waits, for a while, until a Job has its first pod. The controller counts by name the pods that it expects: of a Job
 * that goes before it has seen the first, it waits for that on behalf of the next one, and for minutes
 * (Kubernetes 1.20).
 */
async function untilBegun(job: ObjectKey, { client, clock, options }: ApplyContext): Promise<void> {
  for (const endMs = clock.now() + beginPatienceMs; clock.now() < endMs; ) {
    const known = (await client.get(job, options)) as Job | undefined
    const { active = 0, succeeded = 0, failed = 0 } = known?.status ?? {}
    if (known === undefined || active + succeeded + failed > 0) return
    await clock.sleep(firstPauseMs * 2, options.signal)
  }
}

interface Job extends KubernetesObject {
  readonly status?: { readonly active?: number; readonly succeeded?: number; readonly failed?: number }
}

function untilGone(key: ObjectKey, context: ApplyContext): Promise<KubernetesObject | undefined> {
  return poll(context, `wait for ${key.kind} ${key.name} to go`, 'it is still being deleted', async () => {
    const object = await context.client.get(key, context.options)
    return { isDone: object === undefined, object }
  })
}

async function untilEstablished(crd: KubernetesObject, context: ApplyContext): Promise<KubernetesObject> {
  const wait = `wait for ${describeObject(crd)}`
  const object = await poll(context, wait, 'it is not Established', async () => {
    const object = await context.client.get(keyOf(crd), context.options)
    return { isDone: hasCondition(object, 'Established'), object }
  })
  return object ?? crd
}

async function poll(
  { clock, options }: ApplyContext,
  action: string,
  serverMessage: string,
  look: () => Promise<{ readonly isDone: boolean; readonly object: KubernetesObject | undefined }>,
): Promise<KubernetesObject | undefined> {
  const startMs = clock.now()
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const { isDone, object } = await look()
    if (isDone) return object
    if (clock.now() - startMs > patienceMs)
      throw new KubernetesError({ action, reason: 'Timeout', serverMessage })
    await clock.sleep(pauseMs, options.signal)
  }
}

/** Whether an object has a condition, and that is true. */
export function hasCondition(object: KubernetesObject | undefined, type: string): boolean {
  const conditions = isMapping(object?.status) ? object.status.conditions : undefined
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (condition) => isMapping(condition) && condition.type === type && condition.status === 'True',
    )
  )
}

/** The words of several validations for one thing: this field stays as it was made. */
function isImmutable(error: unknown): boolean {
  return (
    error instanceof KubernetesError &&
    error.status === 422 &&
    /field is immutable|updates to \w+ spec for fields other than|immutable after creation|pod updates may not change fields/i.test(
      error.serverMessage,
    )
  )
}
