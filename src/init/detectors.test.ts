import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryRepository } from '../../test/rig/memory-repository.ts'
import { composeRepository, scriptsRepository, skaffoldRepository } from '../../test/rig/repositories.ts'
import { parseConfig } from '../config/parse.ts'
import { chooseSources } from './choose-sources.ts'
import { detect } from './detectors.ts'
import { propose } from './propose.ts'
import { configText } from './write-config.ts'

const initOf = (files: Readonly<Record<string, string>>) => {
  const repository = memoryRepository(files)
  const { findings } = detect(repository)
  return configText(
    propose({ ...chooseSources(findings, 'shop', repository), findings, project: 'shop', repository }),
  )
}

const whole = { ...skaffoldRepository(), ...composeRepository(), ...scriptsRepository() }

/** Lines of real files, in any order, with parts of them missing, under any of their names. */
const lines = Object.values(whole).flatMap((text) => text.split('\n'))
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...lines),
      fc.constantFrom(...lines).map((line) => line.slice(0, line.length >> 1)),
      fc.string(),
      fc.constantFrom(
        '- [',
        'a: &a [*a]',
        '? {',
        '%',
        '\t',
        'FROM',
        'services: []',
        '"',
        '$(',
        '${',
        '`',
        '\\',
      ),
    ),
    { maxLength: 30 },
  )
  .map((all) => all.join('\n'))

/** As if every file were there. */
const problemsOf = (config: string) =>
  parseConfig('/kindling.yaml', config, { exists: () => true, env: {} }).diagnostics

test('whatever files say, they come to a valid configuration and to no exception', () => {
  const files = fc.dictionary(fc.constantFrom(...Object.keys(whole)), text, { maxKeys: 8 })
  fc.assert(
    fc.property(files, (some) => {
      expect(problemsOf(initOf(some))).toEqual([])
      expect(problemsOf(initOf({ ...scriptsRepository(), ...some }))).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('the same files give the same text, in whatever order they come', () => {
  const reversed = Object.fromEntries(Object.entries(whole).toReversed())
  expect(initOf(reversed)).toBe(initOf(whole))
})

test('of more files than any project has the first thousands are read, and that is told', () => {
  const many = Object.fromEntries(Array.from({ length: 5_100 }, (_, i) => [`deploy/${i}.yaml`, 'a: 1\n']))
  expect(detect(memoryRepository(many))).toEqual({ findings: [], read: 5_000, unread: 100 })
})
