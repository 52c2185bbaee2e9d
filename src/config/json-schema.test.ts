import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configJsonSchema, type JsonSchema } from './json-schema.ts'

test('schema.json is what the schema says now (npm run docs writes it)', () => {
  const committed = readFileSync(new URL('../../schema.json', import.meta.url), 'utf8')
  expect(JSON.parse(committed)).toEqual(configJsonSchema())
})

test('every key has a description', () => {
  expect(undescribed(configJsonSchema(), '')).toEqual([])
})

test('no mapping takes keys it does not know', () => {
  const text = JSON.stringify(configJsonSchema())
  expect(text.match(/"properties"/g)?.length).toBe(text.match(/"additionalProperties":false/g)?.length)
})

function undescribed(schema: JsonSchema, path: string): string[] {
  const nested = [
    ...(schema.anyOf ?? []),
    ...(schema.items === undefined ? [] : [schema.items]),
    ...(schema.additionalProperties ? [schema.additionalProperties] : []),
  ]
  return [
    ...nested.flatMap((inner) => undescribed(inner, path)),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
      ...(inner.description === undefined ? [`${path}.${key}`] : []),
      ...undescribed(inner, `${path}.${key}`),
    ]),
  ]
}
