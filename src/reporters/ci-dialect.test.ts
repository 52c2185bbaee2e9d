import { expect, test } from 'vitest'
import { MemoryTerminal } from '../../test/rig/memory-terminal.ts'
import type { RunEvent, TaskFailure } from '../engine/events.ts'
import type { CiDialect } from './ci-dialect.ts'
import { githubDialect } from './github.ts'
import { gitlabDialect } from './gitlab.ts'
import { plainReporter } from './plain.ts'

const task = { id: 'build:web', kind: 'build', phase: 'build', needs: [], slots: {}, expectedMs: 0 }

function written(
  dialect: CiDialect,
  end: { readonly lines: readonly string[]; readonly failure?: TaskFailure },
) {
  const terminal = new MemoryTerminal()
  const reporter = plainReporter(terminal, { dialect })
  const { lines, failure } = end
  const events: RunEvent[] = [
    {
      ...{ type: 'run-started', at: 0, version: 1, run: '7f3a', command: 'up', environment: 'e2e' },
      startedAt: 1_893_456_000_000,
    },
    {
      ...{ type: 'plan-ready', at: 0, strategy: 'hybrid', tasks: [task], capacity: {} },
      places: { 'build:web': 'kindling.yaml:4' },
    },
    { type: 'task-started', at: 1_000, task: 'build:web' },
    ...lines.map((line): RunEvent => {
      return { type: 'task-output', at: 1_500, task: 'build:web', stream: 'stdout', line }
    }),
    failure === undefined
      ? { type: 'task-finished', at: 5_000, task: 'build:web', outcome: 'succeeded', durationMs: 4_000 }
      : {
          type: 'task-finished',
          at: 5_000,
          task: 'build:web',
          outcome: 'failed',
          durationMs: 4_000,
          failure,
        },
  ]
  for (const event of events) reporter.onEvent(event)
  return terminal.writes.join('')
}

const github = githubDialect((file) => `services/${file}`)

test('GitHub: the output of a task is a group, which nothing in it can end', () => {
  const text = written(github, { lines: ['STEP 1/2', '::endgroup::', '\u001b[31mred\u001b[39m'] })
  expect(text).toContain(
    '::group::[   5.0s] build:web  succeeded in 4.0s\nSTEP 1/2\n: :endgroup::\nred\n::endgroup::\n',
  )
})

test('GitHub: a failure is an error at the place it names, else at that of what its task is about', () => {
  const failure = { code: 'E_BUILD_FAILED', message: 'it failed\nat 100%', hint: 'mend it' }
  const failing = (where: string) => written(github, { lines: [], failure: { ...failure, where } })
  expect(failing('docker/web.Dockerfile:12:1')).toContain(
    '::error file=services/docker/web.Dockerfile,line=12,title=build%3Aweb failed::it failed%0Aat 100%25 (E_BUILD_FAILED)%0Ahint: mend it\n',
  )
  expect(failing('deploy/web.yaml:3, PATCH /apis/apps/v1')).toContain('file=services/deploy/web.yaml,line=3')
  expect(failing('podman run --publish 8080:80 web')).toContain('file=services/kindling.yaml,line=4')
})

test('GitHub: text of a failure cannot become a command', () => {
  const failure = { code: 'E_X', message: 'x ##[add-mask]y', detail: '::error::z' }
  const commands = written(github, { lines: [], failure })
    .split('\n')
    .filter((line) => line.startsWith('::') || line.includes('##['))
  expect(commands).toEqual([expect.stringMatching(/^::error file=services\/kindling\.yaml,line=4/)])
})

test('GitLab: the output of a task is a folded section that lasted as long as the task', () => {
  expect(written(gitlabDialect(), { lines: ['STEP 1/2'] })).toContain(
    [
      '\u001b[0Ksection_start:1893456001:build_web[collapsed=true]\r\u001b[0K[   5.0s] build:web  succeeded in 4.0s',
      'STEP 1/2',
      '\u001b[0Ksection_end:1893456005:build_web\r\u001b[0K',
      '',
    ].join('\n'),
  )
})

test('a section is bounded, and a task that has printed nothing has none', () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i}`)
  const text = written(github, { lines })
  expect(text.match(/^line \d+$/gm)).toHaveLength(1_000)
  expect(text).toContain('line 4999\n')
  expect(written(github, { lines: [] })).not.toContain('::group::')
})
