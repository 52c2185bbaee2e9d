import { describe, expect, test } from 'vitest'
import { transcript } from '../../test/rig/transcript.ts'
import { parseBuildStep } from '../drivers/podman/build-output.ts'
import { findInstruction } from './dockerfile.ts'

describe('the instruction that an engine announced', () => {
  const text = [
    'FROM a:1', // 1
    'RUN one \\',
    '    && two', // 3
    'RUN ["sh", "-c", "exit 3"]', // 4
    'COPY   src   /app',
  ].join('\n')

  test.each([
    ['RUN one     && two', 2, 'RUN one && two'],
    ['RUN sh -c exit 3', 4, 'RUN ["sh", "-c", "exit 3"]'],
    ['RUN ["sh", "-c", "exit 3"]', 4, 'RUN ["sh", "-c", "exit 3"]'],
    ['COPY src /app', 5, 'COPY src /app'],
  ])('%s', (announced, line, shown) => {
    expect(findInstruction(text, announced)).toEqual({ line, text: shown })
  })

  test('is none when it does not stand there', () => {
    expect(findInstruction(text, 'RUN three')).toBeUndefined()
  })

  test("is found for what podman really prints, but for a stage's name that it has replaced", () => {
    const dockerfile = transcript('build-fails.Dockerfile')
    const lines = transcript('build-fails.stdout.txt')
      .split('\n')
      .map(parseBuildStep)
      .filter((step) => step !== undefined)
      .map(({ instruction }) => findInstruction(dockerfile, instruction)?.line)
    expect(lines).toEqual([2, 3, 4, 6, undefined, 8, 9])
  })
})
