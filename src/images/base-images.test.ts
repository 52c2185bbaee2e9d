import { describe, expect, test } from 'vitest'
import { baseImages } from './base-images.ts'

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
    ['the same one twice', 'FROM a:1\nFROM a:1', {}, ['a:1', 'a:1']],
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
    [
      'what is mounted',
      'FROM a:1\nRUN --mount=type=bind,from=b:1,target=/b --mount=type=cache,target=/c x',
      {},
      ['a:1', 'b:1'],
    ],
    [
      'an argument of the stage',
      'ARG V=2\nFROM a:1\nARG V\nARG W=b\nCOPY --from=$W:$V /x /',
      {},
      ['a:1', 'b:2'],
    ],
    ['an alternative', 'ARG SLIM=1\nFROM a:1${SLIM:+-slim}', {}, ['a:1-slim']],
    ['a stage in another case', 'FROM a:1 AS Build\nFROM BUILD', {}, ['a:1']],
    ['a number that is no stage', 'FROM a:1\nCOPY --from=7 /x /', {}, ['a:1', '7']],
    [
      'the name of a stage that comes later',
      'FROM a:1\nCOPY --from=b /x /\nFROM c:1 AS b',
      {},
      ['a:1', 'b', 'c:1'],
    ],
    ['with a digest', `FROM a@sha256:${'0'.repeat(64)}`, {}, [`a@sha256:${'0'.repeat(64)}`]],
  ])('%s', (_, text, args, images) => {
    expect(baseImages(text, { args }).map(({ name }) => name)).toEqual(images)
  })
})

test('stages after the target are of no account', () => {
  const text = 'FROM a:1 AS one\nFROM b:1 AS two\nCOPY --from=c:1 /x /\nFROM d:1'
  const names = (target: string) => baseImages(text, { args: {}, target }).map(({ name }) => name)
  expect(names('one')).toEqual(['a:1'])
  expect(names('Two')).toEqual(['a:1', 'b:1', 'c:1'])
  expect(names('1')).toEqual(['a:1', 'b:1', 'c:1'])
  expect(names('none')).toEqual(['a:1', 'b:1', 'c:1', 'd:1'])
})

test('each is told with its place, and as it is written there', () => {
  const text = 'ARG V=1\nFROM --platform=linux/amd64 a:${V} AS x\nCOPY --from=b:1 /x /\n'
  expect(baseImages(text, { args: {} })).toEqual([
    { name: 'a:1', written: 'a:${V}', start: { line: 2, column: 29 }, end: { line: 2, column: 35 } },
    { name: 'b:1', written: 'b:1', start: { line: 3, column: 13 }, end: { line: 3, column: 16 } },
  ])
})
