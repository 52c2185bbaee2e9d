import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { isPassing, retrying } from './retry.ts'

function anError(status: number | undefined, serverMessage: string, reason = 'X'): KubernetesError {
  const known = status === undefined ? {} : { status }
  return new KubernetesError({ action: 'apply ConfigMap x', reason, serverMessage, ...known })
}

describe('R4: what passes', () => {
  test.each<[string, KubernetesError]>([
    ['nobody listens yet', anError(undefined, 'connect ECONNREFUSED 127.0.0.1:6443', 'Unreachable')],
    ['the connection broke', anError(undefined, 'socket hang up', 'Unreachable')],
    ['no answer', anError(undefined, 'the API server does not answer', 'Timeout')],
    [
      'a webhook does not serve yet',
      anError(500, 'Internal error occurred: failed calling webhook "a.example.com": …'),
    ],
    [
      'the same, in newer words',
      anError(500, 'Internal error occurred: failed calling webhook "a": failed to call webhook: …'),
    ],
    ['another was faster', anError(409, 'the object has been modified')],
    ['too many requests', anError(429, 'try again later')],
    ['no leader', anError(500, 'etcdserver: leader changed')],
    ['not available', anError(503, 'apiserver is shutting down')],
    [
      'a namespace goes',
      anError(403, 'unable to create new content in namespace x because it is being terminated'),
    ],
    ['a namespace is yet to come', anError(404, 'namespaces "shop" not found')],
    [
      'a namespace has just come',
      anError(
        403,
        'pods "a" is forbidden: error looking up service account shop/default: serviceaccount "default" not found',
      ),
    ],
    [
      'a service account has just come',
      anError(500, 'No API token found for service account "default", retry', 'ServerTimeout'),
    ],
    ['a kind that is not known yet', anError(404, 'no such kind', 'NoSuchKind')],
  ])('%s', (_, error) => {
    expect(isPassing(error)).toBe(true)
  })
})

describe('R4: what does not', () => {
  test.each<[string, KubernetesError]>([
    ['a webhook says no', anError(403, 'admission webhook "a.example.com" denied the request: no')],
    ['a webhook breaks down', anError(500, 'admission webhook "a" denied the request: 500')],
    ['invalid', anError(422, 'spec.replicas: Invalid value: -1')],
    ['forbidden', anError(403, 'pods is forbidden: exceeded quota')],
    ['not found', anError(404, 'configmaps "x" not found')],
    ['no such host', anError(undefined, 'getaddrinfo ENOTFOUND example.invalid', 'Unreachable')],
    ['a certificate that is not trusted', anError(undefined, 'self-signed certificate', 'Unreachable')],
  ])('%s', (_, error) => {
    expect(isPassing(error)).toBe(false)
  })
})

describe('trying again', () => {
  const busy = anError(503, 'busy')
  const attempts = (outcomes: (KubernetesError | string)[]) => {
    let count = 0
    return async () => {
      const outcome = outcomes[Math.min(count++, outcomes.length - 1)]
      if (outcome instanceof Error) throw outcome
      return outcome
    }
  }

  test('goes on until it works, and tells each time', async () => {
    const clock = new VirtualClock()
    const told: string[] = []
    const options = {
      clock,
      signal: undefined,
      onRetry: ({ message }: KubernetesError, pauseMs: number) => told.push(`${message} ${pauseMs}`),
    }
    expect(await clock.run(retrying(attempts([busy, busy, 'done']), options))).toBe('done')
    expect(told).toEqual(['apply ConfigMap x: busy 200', 'apply ConfigMap x: busy 320'])
  })

  test('a denial is told at once', async () => {
    const denial = anError(403, 'denied')
    const work = retrying(attempts([denial, 'done']), { clock: new VirtualClock(), signal: undefined })
    await expect(work).rejects.toBe(denial)
  })

  test.each<[string, KubernetesError, number]>([
    ['a minute', busy, 60_000],
    ['ten seconds for a kind nobody knows', anError(404, 'no such kind', 'NoSuchKind'), 10_000],
  ])('ends after %s', async (_, error, patienceMs) => {
    const clock = new VirtualClock()
    await expect(clock.run(retrying(attempts([error]), { clock, signal: undefined }))).rejects.toBe(error)
    expect(clock.now()).toBeGreaterThan(patienceMs * 0.85)
    expect(clock.now()).toBeLessThanOrEqual(patienceMs)
  })

  test('ends with the signal', async () => {
    const clock = new VirtualClock()
    const abort = new AbortController()
    const work = retrying(attempts([busy]), { clock, signal: abort.signal })
    await clock.advance(0)
    abort.abort(new Error('enough'))
    await expect(work).rejects.toThrow('enough')
    expect(clock.sleeping).toBe(0)
  })
})
