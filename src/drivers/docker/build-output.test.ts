import { expect, test } from 'vitest'
import { transcript } from '../../../test/rig/transcript.ts'
import { parseBuildStep, parseBuildStepEnd } from './build-output.ts'

const stepsOf = (text: string) => text.split('\n').flatMap((line) => parseBuildStep(line) ?? [])

test.each([
  ['#7 [2/5] RUN make', { number: 2, total: 5, instruction: 'RUN make', vertex: '#7' }],
  [
    '#7 [stage-1 2/5] RUN make',
    { number: 2, total: 5, stage: 'stage-1', instruction: 'RUN make', vertex: '#7' },
  ],
  [
    '#12 [linux/arm64 production 10/12] COPY --from=base /a /b',
    {
      number: 10,
      total: 12,
      stage: 'linux/arm64 production',
      instruction: 'COPY --from=base /a /b',
      vertex: '#12',
    },
  ],
  [' > [stage-1 2/5] RUN make:', { number: 2, total: 5, stage: 'stage-1', instruction: 'RUN make' }],
  ['Step 2/5 : RUN make', { number: 2, total: 5, instruction: 'RUN make' }],
])('%s', (line, step) => {
  expect(parseBuildStep(line)).toEqual(step)
})

test('what is no instruction, or what a program prints, is no step', () => {
  for (const line of [
    '',
    '#1 [internal] load build definition from Dockerfile',
    '#3 [auth] shop/base:pull token',
    '#7 DONE 3.2s',
    '#7 CACHED',
    '#7 0.312 #7 [2/5] RUN make',
    '#7 0.312 Step 2/5 : RUN make',
    '[2/5] RUN make',
    ' ---> Using cache',
    ' Step 2/5 : RUN make',
    'STEP 2/5: RUN make',
  ]) {
    expect(parseBuildStep(line)).toBeUndefined()
  }
})

test.each([
  ['buildkit-fails.stderr.txt', 'docker-20.10.24'],
  ['buildx-fails.stderr.txt', 'docker-28.2.2'],
] as const)('the last step of %s of %s is the one that failed', (name, tool) => {
  const steps = stepsOf(transcript(name, tool))
  expect(steps).toHaveLength(6)
  expect(steps.at(-1)).toEqual({
    number: 3,
    total: 4,
    stage: 'stage-1',
    instruction: 'RUN ["/probe",      "all"]',
  })
})

test('the steps of the legacy builder count all stages', () => {
  const steps = stepsOf(transcript('legacy-fails.stdout.txt', 'docker-20.10.24'))
  expect(steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(steps.at(-1)).toEqual({ number: 7, total: 8, instruction: 'RUN ["/probe",      "all"]' })
})

test("BuildKit's own times are read, and nothing that a program prints", () => {
  expect(parseBuildStepEnd('#7 DONE 3.2s')).toEqual({ vertex: '#7', seconds: 3.2 })
  expect(parseBuildStepEnd('#12 DONE 0.0s')).toEqual({ vertex: '#12', seconds: 0 })
  for (const line of [
    '#7 0.312 #7 DONE 3.2s',
    '#7 CACHED',
    'DONE 3.2s',
    '#7 transferring context: 2B done',
  ]) {
    expect(parseBuildStepEnd(line)).toBeUndefined()
  }
})
