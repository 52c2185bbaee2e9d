import { expect, test } from 'vitest'
import { failedRun } from '../../test/rig/sample-run.ts'
import type { RunEvent, TaskFailure } from '../engine/events.ts'
import type { Outcome } from '../engine/outcome.ts'
import { junit, junitOfProblems } from './junit.ts'

/** A run of one image and its tests, which end like this; `undefined` for what was never finished. */
function runOf(
  ends: Readonly<Record<string, { outcome: Outcome; failure?: TaskFailure } | undefined>>,
): RunEvent[] {
  const plan = (id: string) => {
    const kind = id.split(':')[0] ?? ''
    return { id, kind, phase: kind, needs: [], slots: {}, expectedMs: 0 }
  }
  return [
    {
      ...{ type: 'run-started', at: 0, version: 1, run: '7f3a', command: 'test', environment: 'e2e' },
      startedAt: Date.UTC(2030, 0, 1),
    },
    { type: 'plan-ready', at: 0, strategy: 'hybrid', tasks: Object.keys(ends).map(plan), capacity: {} },
    ...Object.entries(ends).flatMap(([task, end]): RunEvent[] => [
      { type: 'task-started', at: 0, task },
      { type: 'task-output', at: 1, task, stream: 'stdout', line: `of ${task}` },
      ...(end === undefined
        ? []
        : [{ type: 'task-finished', at: 1_500, task, durationMs: 1_500, ...end } as const]),
    ]),
  ]
}

const failure = { code: 'E_TESTS_FAILED', message: 'the tests failed: exit code 7' }

test('a run in which a build fails: what did not happen because of it is skipped', async () => {
  expect(junit(await failedRun())).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="kindling up" tests="6" failures="1" errors="0" skipped="2" time="108.900">
    <testsuite name="gateway: environment" tests="6" failures="1" errors="0" skipped="2" time="153.300" timestamp="2030-01-01T00:00:00">
    <testcase classname="gateway.cluster" name="cluster:create" time="38.000"/>
    <testcase classname="gateway.build" name="build:base" time="42.000"/>
    <testcase classname="gateway.build" name="build:gateway" time="65.300">
    <failure message="podman exited with code 2" type="E_BUILD_FAILED">podman exited with code 2
    at podman build --file docker/gateway.Dockerfile .
    hint: build it alone with: kindling build gateway</failure>
    <system-out>STEP 5/9: RUN npm run build
    src/server.ts:12:7 - error TS2304: Cannot find name "Foo"</system-out>
    </testcase>
    <testcase classname="gateway.load" name="load:base" time="8.000"/>
    <testcase classname="gateway.load" name="load:gateway" time="0.000">
    <skipped message="blocked by build:gateway"/>
    </testcase>
    <testcase classname="gateway.deploy" name="ready:gateway" time="0.000">
    <skipped message="blocked by build:gateway"/>
    </testcase>
    </testsuite>
    </testsuites>
    "
  `)
})

test('an environment that fails and tests that fail are different suites', () => {
  const suitesOf = (text: string) =>
    [
      ...text.matchAll(
        /<testsuite name="([^"]+)" tests="(\d)" failures="(\d)" errors="(\d)" skipped="(\d)"/g,
      ),
    ].map(([, ...found]) => found.join(' '))
  expect(
    suitesOf(
      junit(runOf({ 'build:a': { outcome: 'succeeded' }, 'test:e2e': { outcome: 'failed', failure } })),
    ),
  ).toEqual(['e2e: environment 1 0 0 0', 'e2e: tests 1 1 0 0'])
  expect(
    suitesOf(junit(runOf({ 'build:a': { outcome: 'failed', failure }, 'test:e2e': { outcome: 'blocked' } }))),
  ).toEqual(['e2e: environment 1 1 0 0', 'e2e: tests 1 0 0 1'])
})

test('what a killed run has left unfinished, and what kindling itself has broken, are errors', () => {
  const broken = { code: 'E_INTERNAL', message: 'Internal error: no such task' }
  const text = junit(runOf({ 'build:a': undefined, 'build:b': { outcome: 'failed', failure: broken } }))
  expect(text).toContain('<error message="unfinished" type="unfinished"/>')
  expect(text).toContain('<error message="Internal error: no such task" type="E_INTERNAL">')
})

test('what XML has no place for is left out, and the rest is escaped', () => {
  const nasty = {
    code: 'E_X',
    message: 'a "b" <c> & \u0000\u001b[31m\ud800d\nnext',
    detail: ']]>\u0008\tend',
  }
  const text = junit(runOf({ 'build:a': { outcome: 'failed', failure: nasty } }))
  expect(text).toContain('message="a &quot;b&quot; &lt;c&gt; &amp; d&#10;next"')
  expect(text).toContain(']]&gt;\tend</failure>')
})

test('the output of what succeeded is in its log, and not in the report', () => {
  const text = junit(
    runOf({ 'build:a': { outcome: 'succeeded' }, 'build:b': { outcome: 'failed', failure } }),
  )
  expect(text.match(/<system-out>.*<\/system-out>/g)).toEqual(['<system-out>of build:b</system-out>'])
})

test('what keeps a command from having a run is an error of the environment', () => {
  const problem = { code: 'E_CONFIG_SYNTAX', message: 'no', where: 'kindling.yaml:3:1', hint: 'correct it' }
  expect(junitOfProblems([problem])).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="kindling" tests="1" failures="0" errors="1" skipped="0" time="0.000">
    <testsuite name="kindling: environment" tests="1" failures="0" errors="1" skipped="0" time="0.000">
    <testcase classname="kindling" name="E_CONFIG_SYNTAX" time="0.000">
    <error message="no" type="E_CONFIG_SYNTAX">no
    at kindling.yaml:3:1
    hint: correct it</error>
    </testcase>
    </testsuite>
    </testsuites>
    "
  `)
})
