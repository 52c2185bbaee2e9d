import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { ImageList } from './image-list.ts'

test('what many remember at once is all remembered, each once', async () => {
  const directory = temporaryDirectory()
  const names = ['a:1', 'b:1', 'a:1', 'c:1', 'b:1']
  await Promise.all(names.map((name) => new ImageList(directory, 'pulled').add(name)))
  expect(new ImageList(directory, 'pulled').list().sort()).toEqual(['a:1', 'b:1', 'c:1'])
})

test('what was removed is forgotten, and nothing else, also not in another list', async () => {
  const directory = temporaryDirectory()
  const pulled = new ImageList(directory, 'pulled')
  expect(pulled.list()).toEqual([])
  await pulled.add('a:1', 'b:1')
  await new ImageList(directory, 'other').add('a:1')
  await pulled.remove('a:1')
  expect(pulled.list()).toEqual(['b:1'])
  expect(new ImageList(directory, 'other').list()).toEqual(['a:1'])
})
