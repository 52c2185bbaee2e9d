import { describe, expect, test } from 'vitest'
import { transcript } from '../../test/rig/transcript.ts'
import { parseBuildStep } from '../drivers/podman/build-output.ts'
import { baseImages, findInstruction } from './dockerfile.ts'

describe('the images a Dockerfile is built from', () => {
  test.each<[string, string, Record<string, string>, string[]]>([
    ['one', 'FROM node:20', {}, ['node:20']],
    ['nothing', 'FROM scratch', {}, []],
    [
      'stages are no images',
      'FROM a:1 AS build\nFROM build AS more\nFROM b:1\nCOPY --from=more /x /',
      {},
      ['a:1', 'b:1'],
    ],
    ['the same one once', 'FROM a:1\nFROM a:1', {}, ['a:1']],
    ['a default', 'ARG V=16\nFROM postgres:${V}', {}, ['postgres:16']],
    ['a default in quotes', 'ARG V="16"\nFROM postgres:$V', {}, ['postgres:16']],
    ['what was given in place of a default', 'ARG V=16\nFROM postgres:$V', { V: '17' }, ['postgres:17']],
    [
      'what was given without a default',
      'ARG BASE\nFROM ${BASE}',
      { BASE: 'localhost/shop/base:x' },
      ['localhost/shop/base:x'],
    ],
    ['a default where nothing was given', 'ARG V\nFROM postgres:${V:-16}', {}, ['postgres:16']],
    [
      'a default made from another',
      'ARG V=16\nARG BASE=postgres:$V\nFROM $BASE',
      { V: '17' },
      ['postgres:17'],
    ],
    ['an argument that FROM may not see', 'FROM a:1\nARG V=2\nFROM b:${V:-none}', {}, ['a:1', 'b:none']],
    ['with a platform', 'FROM --platform=linux/amd64 a:1', {}, ['a:1']],
    ['what files are copied from', 'FROM a:1\nCOPY --from=b:1 /x /\nCOPY --from=0 /y /', {}, ['a:1', 'b:1']],
    ['with a digest', `FROM a@sha256:${'0'.repeat(64)}`, {}, [`a@sha256:${'0'.repeat(64)}`]],
  ])('%s', (_, text, args, images) => {
    expect(baseImages(text, args)).toEqual(images)
  })
})

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
