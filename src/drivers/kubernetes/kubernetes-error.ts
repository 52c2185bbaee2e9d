import type { ObjectKey } from './kubernetes-client.ts'

/** What the API server answered, or why it did not answer. */
interface KubernetesErrorInit {
  /** What was tried, for example `apply Deployment shop/web`. */
  readonly action: string
  /** HTTP status; absent when no answer came. */
  readonly status?: number
  /** The server's word for it (`Forbidden`, `Invalid`), or one of ours: `Unreachable`, `Timeout`, `NoSuchKind`. */
  readonly reason: string
  /** In the server's own words. */
  readonly serverMessage: string
  /** What it is about, where that is one object of the environment. */
  readonly object?: ObjectKey
  readonly cause?: unknown
}

/** The one error of talking to Kubernetes. A call that its caller's signal ended rejects with the signal's reason. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError'
  readonly action: string
  readonly status: number | undefined
  readonly reason: string
  readonly serverMessage: string
  readonly object: ObjectKey | undefined

  constructor(init: KubernetesErrorInit) {
    super(`${init.action}: ${init.serverMessage}`, { cause: init.cause })
    this.action = init.action
    this.status = init.status
    this.reason = init.reason
    this.serverMessage = init.serverMessage
    this.object = init.object
  }

  /** The same error, of an object. */
  about(object: ObjectKey): KubernetesError {
    return this.#with({ object })
  }

  /** The same error in other words. */
  withMessage(change: (text: string) => string): KubernetesError {
    return this.#with({ serverMessage: change(this.serverMessage) })
  }

  #with(changes: Pick<Partial<KubernetesErrorInit>, 'object' | 'serverMessage'>): KubernetesError {
    const { action, status, reason, serverMessage, object, cause } = this
    return new KubernetesError({
      ...{ action, reason, serverMessage, cause },
      ...(status === undefined ? {} : { status }),
      ...(object === undefined ? {} : { object }),
      ...changes,
    })
  }
}

/** One error for several that came of doing things side by side, each on a line of its own (E2). */
export function joinErrors(errors: readonly KubernetesError[]): KubernetesError | undefined {
  const [first, ...others] = errors
  if (first === undefined || others.length === 0) return first
  return new KubernetesError({
    action: first.action,
    ...(first.status === undefined ? {} : { status: first.status }),
    ...(first.object === undefined ? {} : { object: first.object }),
    reason: first.reason,
    serverMessage: [first.serverMessage, ...others.map(({ message }) => message)].join('\n'),
    cause: first,
  })
}

/** Whether an error says that something is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 404
}
