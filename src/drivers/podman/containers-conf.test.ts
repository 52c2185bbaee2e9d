import { expect, test } from 'vitest'
import { transcript } from '../../../test/rig/transcript.ts'
import { containersConf, parseProcessLimits } from './containers-conf.ts'

test('the hard limits of a real process are read', () => {
  expect(parseProcessLimits(transcript('proc-self-limits.txt'))).toEqual({
    openFiles: 20_000,
    processes: 96_365,
  })
})

test('without a limit, or without /proc, there is none', () => {
  const unlimited = { openFiles: Number.POSITIVE_INFINITY, processes: Number.POSITIVE_INFINITY }
  expect(parseProcessLimits('')).toEqual(unlimited)
  expect(
    parseProcessLimits(
      'Max processes   unlimited   unlimited   processes\nMax open files   1   unlimited   files',
    ),
  ).toEqual(unlimited)
})

test('containers get no more than this process may grant', () => {
  const line = (openFiles: number, processes: number) =>
    /default_ulimits = (.*)/.exec(containersConf({ openFiles, processes }))?.[1]
  expect(line(1_024, 1_000)).toBe('["nofile=1024:1024", "nproc=500:500"]')
  expect(line(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(
    '["nofile=20000:20000", "nproc=8192:8192"]',
  )
})
