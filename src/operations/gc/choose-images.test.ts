import { expect, test } from 'vitest'
import { chooseImages, type ImageLimits } from './choose-images.ts'

const nowMs = 1_000
const images = [
  { name: 'new', bytes: 10, createdMs: 900 },
  { name: 'old', bytes: 20, createdMs: 100 },
  { name: 'middle', bytes: 30, createdMs: 500 },
]
const going = (limits: ImageLimits) => chooseImages(images, limits, nowMs).going.map(({ name }) => name)

test.each<[string, ImageLimits, readonly string[]]>([
  ['all of them, the oldest first', {}, ['old', 'middle', 'new']],
  ['those that are old', { olderThanMs: 400 }, ['old', 'middle']],
  ['none, where all are young', { olderThanMs: 5_000 }, []],
  ['the oldest, until the rest is small enough', { maxBytes: 40 }, ['old']],
  ['nothing, where it is small enough', { maxBytes: 60 }, []],
  ['all, where nothing may be kept', { maxBytes: 0 }, ['old', 'middle', 'new']],
  [
    'what is old, and more where the rest is too large',
    { olderThanMs: 700, maxBytes: 10 },
    ['old', 'middle'],
  ],
])('M3: %s', (_, limits, names) => {
  expect(going(limits)).toEqual(names)
  expect(chooseImages(images, limits, nowMs).staying).toHaveLength(images.length - names.length)
})
