import { expect, test } from 'vitest'
import type { RunEvent } from '../engine/events.ts'
import { multiplex } from './multiplex.ts'
import type { Reporter } from './reporter.ts'

const note = (text: string): RunEvent => ({ type: 'note', at: 0, level: 'info', text })

function recorder(name: string, onEvent: (event: RunEvent) => void = () => {}) {
  const log: string[] = []
  const reporter: Reporter = {
    name,
    onEvent: (event) => {
      log.push(event.type === 'note' ? event.text : event.type)
      onEvent(event)
    },
    close: async () => {
      log.push('closed')
    },
  }
  return { reporter, log }
}

test('a reporter that throws is told of once and left out, and the others go on', async () => {
  const bad = recorder('bad', () => {
    throw new Error('no space')
  })
  const good = recorder('good')
  const told: string[] = []
  const all = multiplex([bad.reporter, good.reporter], ({ name }, error) => told.push(`${name}: ${error}`))
  all.onEvent(note('one'))
  all.onEvent(note('two'))
  await all.close?.()
  expect(told).toEqual(['bad: Error: no space'])
  expect(bad.log).toEqual(['one', 'closed'])
  expect(good.log).toEqual(['one', 'two', 'closed'])
})

test('a reporter that cannot be closed is told of, and the others are closed', async () => {
  const bad: Reporter = { name: 'bad', onEvent: () => {}, close: () => Promise.reject(new Error('stuck')) }
  const good = recorder('good')
  const told: string[] = []
  await multiplex([bad, good.reporter], ({ name }) => told.push(name)).close?.()
  expect(told).toEqual(['bad'])
  expect(good.log).toEqual(['closed'])
})

test('an event that arises while another is delivered reaches all in the same order', () => {
  const first = recorder('first', (event) => {
    if (event.type === 'note' && event.text === 'one') all.onEvent(note('two'))
  })
  const second = recorder('second')
  const all = multiplex([first.reporter, second.reporter], () => {})
  all.onEvent(note('one'))
  expect(first.log).toEqual(['one', 'two'])
  expect(second.log).toEqual(['one', 'two'])
})
