import { expect, test } from 'vitest'
import { transcript } from '../../../test/rig/transcript.ts'
import { parseBuildStep as dockerStep, parseBuildStepEnd } from '../../drivers/docker/build-output.ts'
import { parseBuildStep as podmanStep } from '../../drivers/podman/build-output.ts'
import { InstructionTimes } from './instruction-times.ts'

const podman = { parseStep: podmanStep, parseStepEnd: () => undefined }
const buildkit = { parseStep: dockerStep, parseStepEnd: parseBuildStepEnd }
const task = 'build:api'

test('an instruction lasts until the next is announced, and the last until the task ends', () => {
  const times = new InstructionTimes(podman)
  for (const [at, text] of [[1_000, 'COPY a'] as const, [1_500, 'RUN make'] as const]) {
    times.onEvent({ type: 'task-progress', at, task, text, done: 1, total: 2 })
  }
  times.onEvent({ type: 'task-finished', at: 4_000, task, outcome: 'succeeded', durationMs: 3_000 })
  expect(times.of(task)).toEqual([
    { instruction: 'COPY a', seconds: 0.5 },
    { instruction: 'RUN make', seconds: 2.5 },
  ])
})

test('of instructions that run side by side, each has the time that the engine measured', () => {
  const times = new InstructionTimes(buildkit)
  const lines = [
    '#5 [tools 1/2] RUN slow',
    '#6 [stage-1 1/2] RUN quick',
    '#6 0.301 #6 DONE 99.0s',
    '#6 DONE 0.4s',
    '#5 [tools 1/2] RUN slow',
    '#5 DONE 6.1s',
    '#7 [stage-1 2/2] COPY --from=tools /a /a',
    '#7 CACHED',
    '#8 exporting to image',
    '#8 DONE 0.1s',
  ]
  for (const [at, line] of lines.entries()) {
    const step = dockerStep(line)
    times.onEvent({ type: 'task-output', at, task, stream: 'stderr', line })
    if (step !== undefined)
      times.onEvent({ type: 'task-progress', at, task, text: step.instruction, total: 2 })
  }
  times.onEvent({ type: 'task-finished', at: 9_000, task, outcome: 'succeeded', durationMs: 9_000 })
  expect(times.of(task)).toEqual([
    { instruction: 'RUN quick', seconds: 0.4 },
    { instruction: 'RUN slow', seconds: 6.1 },
  ])
})

test('each instruction is told once, when it has ended', () => {
  const times = new InstructionTimes(podman)
  const told = [
    times.onEvent({ type: 'task-progress', at: 1_000, task, text: 'COPY a', done: 1, total: 2 }),
    times.onEvent({ type: 'task-progress', at: 1_500, task, text: 'RUN make', done: 2, total: 2 }),
    times.onEvent({ type: 'task-finished', at: 4_000, task, outcome: 'succeeded', durationMs: 3_000 }),
    times.onEvent({ type: 'task-finished', at: 4_000, task, outcome: 'succeeded', durationMs: 3_000 }),
  ]
  expect(told.map((one) => one?.instruction)).toEqual([undefined, 'COPY a', 'RUN make', undefined])
})

test('where the engine tells the ends, the next announcement ends nothing', () => {
  const times = new InstructionTimes(buildkit)
  const line = (at: number, text: string) =>
    times.onEvent({ type: 'task-output', at, task, stream: 'stderr', line: text })
  expect(line(0, '#5 [stage-1 1/2] RUN slow')).toBeUndefined()
  for (const text of ['RUN slow', 'RUN next']) {
    expect(times.onEvent({ type: 'task-progress', at: 1, task, text, total: 2 })).toBeUndefined()
  }
  expect(line(9, '#5 DONE 6.1s')).toEqual({ instruction: 'RUN slow', seconds: 6.1 })
})

test.each([
  ['buildkit-fails.stderr.txt', 'docker-20.10.24'],
  ['buildx-fails.stderr.txt', 'docker-28.2.2'],
] as const)('the instructions of %s of %s are all but the one that failed', (name, tool) => {
  const times = new InstructionTimes(buildkit)
  for (const line of transcript(name, tool).split('\n')) {
    times.onEvent({ type: 'task-output', at: 0, task, stream: 'stderr', line })
  }
  const instructions = times.of(task).map(({ instruction }) => instruction)
  expect(instructions.sort()).toEqual([
    'COPY --from=assets /assets /srv',
    'COPY probe /assets/one',
    'COPY probe /assets/two',
    'COPY probe /probe',
  ])
})
