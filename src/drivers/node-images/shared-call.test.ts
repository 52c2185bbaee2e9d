import { expect, test } from 'vitest'
import { deferred } from '../../util/deferred.ts'
import { SharedCall } from './shared-call.ts'

function rig() {
  const calls: { readonly signal: AbortSignal; readonly answer: ReturnType<typeof deferred<string>> }[] = []
  const shared = new SharedCall((signal) => {
    const answer = deferred<string>()
    calls.push({ signal, answer })
    signal.addEventListener('abort', () => answer.reject(signal.reason))
    return answer.promise
  })
  return { calls, shared }
}

test('who asks while it is under way gets the same answer; who asks later, a new one', async () => {
  const { calls, shared } = rig()
  const both = [shared.ask(), shared.ask()]
  calls[0]?.answer.resolve('first')
  expect(await Promise.all(both)).toEqual(['first', 'first'])
  const third = shared.ask()
  calls[1]?.answer.resolve('second')
  expect(await third).toBe('second')
  expect(calls).toHaveLength(2)
})

test('one who gives up leaves the others waiting; when all have, the call is ended', async () => {
  const { calls, shared } = rig()
  const [one, two] = [new AbortController(), new AbortController()]
  const first = shared.ask(one.signal)
  const second = shared.ask(two.signal)
  one.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')
  expect(calls[0]?.signal.aborted).toBe(false)
  two.abort(new Error('that too'))
  await expect(second).rejects.toThrow('that too')
  expect(calls[0]?.signal.aborted).toBe(true)
  void shared.ask()
  expect(calls).toHaveLength(2)
})

test('a failure is everybody’s, and not kept', async () => {
  const { calls, shared } = rig()
  const both = [shared.ask(), shared.ask()].map((ask) =>
    ask.catch((error: unknown) => (error as Error).message),
  )
  calls[0]?.answer.reject(new Error('no node'))
  expect(await Promise.all(both)).toEqual(['no node', 'no node'])
  void shared.ask()
  expect(calls).toHaveLength(2)
})
