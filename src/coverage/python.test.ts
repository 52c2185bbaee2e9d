import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import istanbul from 'istanbul-lib-coverage'
import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { python } from './python.ts'
import { RepositoryPaths } from './repository-paths.ts'

test('the data of all pods is combined, with files of the repository in the place of the image’s', async () => {
  const root = temporaryDirectory()
  const data = temporaryDirectory()
  const temporary = temporaryDirectory()
  writeFileSync(join(root, 'shop.py'), 'print(1)\n')
  for (const name of ['.coverage', '.coverage.web-1.7.XyZ', 'notes.txt']) writeFileSync(join(data, name), '')
  const exec = new FakeExec(({ args }) => {
    const output = args[args.indexOf('-o') + 1]
    const lines = { executed_lines: [1, 4], missing_lines: [2] }
    const files = { 'shop.py': lines, '/usr/lib/python3/site.py': lines }
    if (args.includes('json')) writeFileSync(output ?? '', JSON.stringify({ meta: {}, files }))
    return {}
  })
  const paths = new RepositoryPaths([['/app', root]])
  const found = await python.read({ directories: [data], paths }, { exec, root, temporary })
  const map = istanbul.createCoverageMap(found)
  expect(map.files()).toEqual([join(root, 'shop.py')])
  expect(map.fileCoverageFor(join(root, 'shop.py')).getLineCoverage()).toEqual({ 1: 1, 2: 0, 4: 1 })
  expect(paths.unknown).toEqual(['/usr/lib/python3/site.py'])

  const settings = join(temporary, 'coveragerc')
  expect(exec.commands.map(({ args }) => args.slice(2))).toEqual([
    [
      'combine',
      `--rcfile=${settings}`,
      '--keep',
      join(data, '.coverage'),
      join(data, '.coverage.web-1.7.XyZ'),
    ],
    ['json', `--rcfile=${settings}`, '--ignore-errors', '-o', join(temporary, 'coverage.json')],
  ])
  expect(readFileSync(settings, 'utf8')).toBe(`[run]\n\n[paths]\npath0 =\n    ${root}\n    /app\n`)
})
