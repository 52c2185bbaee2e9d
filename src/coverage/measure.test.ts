import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import type { CoverageSpec } from '../config/config.ts'
import { measure } from './measure.ts'

/** A process that has run the first half of a file of two lines, or all of it. */
function v8Report(file: string, hasRunAll: boolean): string {
  const ranges = [
    { startOffset: 0, endOffset: 4, count: 1 },
    ...(hasRunAll ? [] : [{ startOffset: 2, endOffset: 4, count: 0 }]),
  ]
  const functions = [{ functionName: '', ranges, isBlockCoverage: true }]
  return JSON.stringify({ result: [{ scriptId: '1', url: `file://${file}`, functions }] })
}

const twoLines = '1\n2\n'

function measuring(
  data: Readonly<Record<string, string>>,
  images: Readonly<Record<string, CoverageSpec['language']>>,
  exec: FakeExec = new FakeExec(),
) {
  const root = temporaryDirectory({ 'a.js': twoLines, 'b.js': twoLines })
  const directory = temporaryDirectory()
  const paths = new Map([['/app', root]])
  return {
    root,
    directory,
    result: measure({
      directory,
      root,
      data: temporaryDirectory(data),
      images: new Map(Object.entries(images).map(([name, language]) => [name, { language, paths }])),
      exec,
    }),
  }
}

test('pods, replicas and images become one report, in every format', async () => {
  const { directory, result, root } = measuring(
    {
      'pod-1/web/app/coverage-1-1-0.json': v8Report('/app/a.js', false),
      'pod-2/web/app/coverage-1-2-0.json': v8Report('/app/b.js', false),
      'pod-3/api/app/coverage-1-3-0.json': v8Report('/app/a.js', true),
    },
    { web: 'node', api: 'node' },
  )
  expect(await result).toEqual({
    directory,
    lines: { covered: 3, total: 4, percent: 75 },
    images: {
      web: { covered: 2, total: 4, percent: 50 },
      api: { covered: 2, total: 2, percent: 100 },
    },
    problems: [],
  })
  expect(readFileSync(join(directory, 'lcov.info'), 'utf8')).toMatch(/^SF:b\.js\n(?:.*\n)*DA:2,0$/m)
  expect(readFileSync(join(directory, 'coverage.txt'), 'utf8')).toMatch(/All files +\| +75 /)
  expect(readFileSync(join(directory, 'index.html'), 'utf8')).toContain('b.js')
  const summary = JSON.parse(readFileSync(join(directory, 'coverage-summary.json'), 'utf8'))
  expect(summary[join(root, 'b.js')].lines.pct).toBe(50)
  expect(existsSync(join(directory, 'coverage-final.json'))).toBe(true)
  expect(readdirSync(directory).filter((name) => name.startsWith('tmp-'))).toEqual([])
})

test('an image that has written nothing is told with its causes, one that has not run without; others count', async () => {
  const { result } = measuring(
    {
      'pod-1/web/app/coverage-1-1-0.json': v8Report('/app/a.js', true),
      'pod-2/store/app/covmeta.1': 'only that it has started',
    },
    { web: 'node', store: 'go', cron: 'python' },
  )
  const { images, problems } = await result
  expect(Object.keys(images)).toEqual(['web'])
  expect(problems).toEqual([
    expect.stringMatching(
      /^store has measured nothing\. The likely causes:\n- it was not built with `-cover`/,
    ),
    'no container of cron has run',
  ])
})

test('nothing of the repository, and a program that is missing, are problems and no failures', async () => {
  const { directory, result } = measuring(
    {
      'pod-1/web/app/coverage-1-1-0.json': v8Report('/srv/a.js', true),
      'pod-2/store/app/covcounters.1.1.1': '',
    },
    { web: 'node', store: 'go' },
    new FakeExec(() => undefined),
  )
  const { problems, ...rest } = await result
  expect(rest).toEqual({ directory, images: {} })
  expect(problems).toEqual([
    'nothing that web has measured is a file of the repository, for example /srv/a.js\ncorrect `coverage.paths` of the image: there, /app is .',
    expect.stringMatching(/^the coverage of store could not be read: .*go.*\nits data is kept in /),
  ])
  expect(readdirSync(directory)).toEqual([])
})
