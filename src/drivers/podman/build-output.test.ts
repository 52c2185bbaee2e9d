import { expect, test } from 'vitest'
import { transcript } from '../../../test/rig/transcript.ts'
import { parseBuildStep } from './build-output.ts'

test('a step of a build of one stage', () => {
  expect(parseBuildStep('STEP 2/5: RUN make')).toEqual({ number: 2, total: 5, instruction: 'RUN make' })
})

test('a step of a build of several stages', () => {
  expect(parseBuildStep('[1/2] STEP 2/5: RUN make')).toEqual({
    number: 2,
    total: 5,
    stage: '1/2',
    instruction: 'RUN make',
  })
})

test('what a program prints is no step', () => {
  for (const line of ['', 'one', '--> 47fe3b4a24e', ' STEP 2/5: RUN make', 'STEP x/5: RUN make']) {
    expect(parseBuildStep(line)).toBeUndefined()
  }
})

test('the last step of a recorded build that failed is the one that failed', () => {
  const steps = transcript('build-fails.stdout.txt').split('\n').map(parseBuildStep).filter(Boolean)
  expect(steps).toHaveLength(7)
  expect(steps.at(-1)).toEqual({
    number: 3,
    total: 5,
    stage: '2/2',
    instruction: `RUN ["sh", "-c", "echo 'fail here'; exit 3"]`,
  })
})
