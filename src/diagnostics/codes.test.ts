import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { engineFailureCodes } from '../engine/task-failures.ts'
import { operationErrorCodes } from '../operations/operation-error.ts'
import { taskFailureCodes } from '../tasks/failure.ts'
import { diagnosticCodes } from './codes.ts'

/** Every list of codes that the page has to cover. */
const codeLists: readonly (readonly string[])[] = [
  diagnosticCodes,
  operationErrorCodes,
  taskFailureCodes,
  engineFailureCodes,
]

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const paragraphs = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const [code = '', ...text] = part.split('\n')
      return [code, text.join('\n').trim()] as const
    }),
)

test('every code has its paragraph in docs/errors.md, and every paragraph its code', () => {
  expect([...paragraphs.keys()].sort()).toEqual(codeLists.flat().sort())
})

test('every paragraph says something', () => {
  expect([...paragraphs].filter(([, text]) => text.length < 40)).toEqual([])
})

test('codes are stable words: E_, capital letters and underscores, each once', () => {
  const codes = codeLists.flat()
  expect(codes.filter((code) => !/^E(_[A-Z]+)+$/.test(code))).toEqual([])
  expect(new Set(codes).size).toBe(codes.length)
})
