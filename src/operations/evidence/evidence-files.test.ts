import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Redactor } from '../../exec/redactor.ts'
import { EvidenceFiles } from './evidence-files.ts'

function setUp(maxBytes = 2 ** 20) {
  const directory = join(temporaryDirectory(), 'evidence')
  const redactor = new Redactor()
  const generatedRedactor = new Redactor()
  for (const secret of ['postgres', 'gen-4f1c']) redactor.add(secret)
  generatedRedactor.add('gen-4f1c')
  const files = new EvidenceFiles({ directory, maxBytes, redactor, generatedRedactor })
  const read = (path: string) => readFileSync(join(directory, path), 'utf8')
  return { directory, files, read }
}

test('files are for their owner alone, and what nobody wrote to is not made', () => {
  const { directory, files } = setUp()
  const folder = files.folder()
  expect(existsSync(directory)).toBe(false)
  folder.write('pods/web/app.log', 'hello\n')
  expect(statSync(join(directory, 'pods/web/app.log')).mode & 0o777).toBe(0o600)
  expect(statSync(join(directory, 'pods/web')).mode & 0o777).toBe(0o700)
  expect(folder.files).toEqual(['pods/web/app.log'])
})

test('no secret is written; one that is an ordinary word stays where a source has seen to it', () => {
  const { files, read } = setUp()
  const folder = files.folder()
  folder.write('a.log', 'password postgres, token gen-4f1c')
  folder.write('b.yaml', 'name: postgres, token: gen-4f1c', { isRedacted: true })
  folder.note('pod postgres said gen-4f1c')
  expect(read('a.log')).toBe('password ***, token ***')
  expect(read('b.yaml')).toBe('name: postgres, token: ***')
  expect(folder.notes).toEqual(['pod postgres said ***'])
})

test('M4: all files together get no larger than they may; the end of what is too long is kept', () => {
  const { directory, files, read } = setUp(4_000)
  const folder = files.folder()
  folder.write('long.log', `first\n${'x'.repeat(5_000)}\nlast\n`)
  folder.write('more.log', 'y'.repeat(2_000))
  expect(read('long.log')).toMatch(/^… 1\.1 KiB before this are left out\nx+\nlast\n$/)
  expect(folder).toMatchObject({ files: ['long.log'], leftOut: 1 })
  const bytes = readdirSync(directory).map((file) => statSync(join(directory, file)).size)
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(4_000)
})

test('of what is read from its beginning on, the beginning is kept', () => {
  const { files, read } = setUp(2_000)
  files.folder().write('state.yaml', `first\n${'x'.repeat(5_000)}`, { keeps: 'start' })
  expect(read('state.yaml')).toMatch(/^first\nx+\n… 3\.0 KiB more are left out\n$/)
})

test('no name leads out of the directory', () => {
  const { directory, files } = setUp()
  const folder = files.folder()
  folder.write('../../outside/Weird Kind:v1.yaml', 'x')
  expect(folder.files).toEqual(['-/-/outside/Weird-Kind-v1.yaml'])
  expect(existsSync(join(directory, '-/-/outside/Weird-Kind-v1.yaml'))).toBe(true)
})

test('nothing is written or noted once the time is over', () => {
  const { directory, files } = setUp()
  const folder = files.folder()
  files.close()
  folder.write('late.log', 'x')
  folder.note('late')
  expect(folder).toMatchObject({ files: [], notes: [] })
  expect(existsSync(directory)).toBe(false)
})
