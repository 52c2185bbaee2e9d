import { expect, test } from 'vitest'
import { coverageSummary } from './coverage-summary.ts'

test('each image and the total have a line; what is wrong comes with its causes, and the report last', () => {
  const summary = coverageSummary(
    {
      directory: '/repo/.kindling/runs/1/coverage',
      lines: { covered: 1199, total: 1200, percent: 99.91 },
      images: { gateway: { covered: 10, total: 10, percent: 100 } },
      problems: ['store has measured nothing. The likely causes:\n- it was killed'],
    },
    { cwd: '/repo' },
  )
  expect(summary).toMatchInlineSnapshot(`
    "
    coverage     lines  covered    of
    gateway   100.00 %       10    10
    total      99.91 %     1199  1200
    warning: store has measured nothing. The likely causes:
      - it was killed
    report: .kindling/runs/1/coverage/index.html
    "
  `)
})

test('where nothing was measured there is no table and no report', () => {
  const directory = '/repo/.kindling/runs/1/coverage'
  expect(
    coverageSummary({ directory, images: {}, problems: ['no container of web has run'] }, { cwd: '/repo' }),
  ).toBe('\nwarning: no container of web has run\nno coverage to report\n')
})
