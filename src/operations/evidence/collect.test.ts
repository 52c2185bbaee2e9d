import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import type { EvidenceSource } from '../../drivers/evidence.ts'
import { Redactor } from '../../exec/redactor.ts'
import { collect } from './collect.ts'
import { EvidenceFiles } from './evidence-files.ts'

function setUp() {
  const clock = new VirtualClock()
  const interrupt = new AbortController()
  const files = new EvidenceFiles({
    directory: join(temporaryDirectory(), 'evidence'),
    maxBytes: 2 ** 20,
    redactor: new Redactor(),
    generatedRedactor: new Redactor(),
  })
  const options = { files, clock, budgetMs: 30_000, interrupt: interrupt.signal, impatientMs: 5_000 }
  return { clock, interrupt, gather: (...sources: EvidenceSource[]) => collect(sources, options) }
}

const quick: EvidenceSource = {
  title: 'quick',
  collect: async (folder) => {
    folder.write('quick.txt', 'x')
    folder.note('the disk is full')
  },
}
const failing: EvidenceSource = {
  title: 'failing',
  collect: async () => {
    await new FakeExec(() => ({ exitCode: 125, stderr: 'Error: cannot connect to podman' })).run({
      program: 'podman',
      args: ['ps'],
    })
  },
}
/** It heeds no signal, and goes on writing after it was given up. */
const hanging: EvidenceSource = {
  title: 'hanging',
  collect: (folder) => {
    folder.write('begun.txt', 'x')
    return new Promise(() => {})
  },
}

test('a source that fails, and one that hangs, are told, and take nothing from the others', async () => {
  const { clock, gather } = setUp()
  const findings = await clock.run(gather(failing, hanging, quick))
  expect(findings).toEqual([
    {
      title: 'failing',
      files: [],
      notes: [],
      problem: 'podman exited with code 125: Error: cannot connect to podman',
    },
    { title: 'hanging', files: ['begun.txt'], notes: [], problem: 'it did not come to its end within 30.0s' },
    { title: 'quick', files: ['quick.txt'], notes: ['the disk is full'] },
  ])
  expect(clock.now()).toBe(30_000)
  expect(clock.sleeping).toBe(0)
})

test('E4: it takes no longer than the slowest source, and leaves no timer', async () => {
  const { clock, gather } = setUp()
  await gather(quick)
  expect({ now: clock.now(), sleeping: clock.sleeping }).toEqual({ now: 0, sleeping: 0 })
})

test('C10: after an interrupt there is little time, from whenever it comes', async () => {
  const before = setUp()
  before.interrupt.abort()
  await before.clock.run(before.gather(hanging))
  expect(before.clock.now()).toBe(5_000)

  const meanwhile = setUp()
  const gathering = meanwhile.gather(hanging)
  await meanwhile.clock.advance(10_000)
  meanwhile.interrupt.abort()
  const [finding] = await meanwhile.clock.run(gathering)
  expect(meanwhile.clock.now()).toBe(15_000)
  expect(finding?.problem).toBe('it did not come to its end within 5.0s')
})

test('sources are told when their time is over', async () => {
  const { clock, gather } = setUp()
  let reason: unknown
  const heedful: EvidenceSource = {
    title: 'heedful',
    collect: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason
          reject(signal.reason)
        })
      }),
  }
  await clock.run(gather(heedful))
  expect(reason).toMatchObject({ message: 'it did not come to its end within 30.0s' })
})
