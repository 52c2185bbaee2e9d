import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { terminalReporter, wantedReports } from '../../src/cli/run-reporters.ts'
import { createSession, type Session } from '../../src/cli/session.ts'
import { replay } from '../../src/engine/records.ts'
import { failedTasks } from '../../src/operations/hand-over/failed-tasks.ts'
import type { Host } from '../../src/operations/host.ts'
import { multiplex } from '../../src/reporters/multiplex.ts'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { summaryReporter } from '../../src/reporters/summary-reporter.ts'
import { MemoryTerminal } from '../rig/memory-terminal.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'
import { VirtualClock } from '../rig/virtual-clock.ts'

const here = import.meta.dirname
const root = '/home/ada/small'
const scenarios = ['success', 'build-failure', 'deploy-failure', 'test-failure', 'interrupt']

interface Played {
  /** What a person sees when two thirds of the run are over. */
  readonly underWay: string
  readonly atTheEnd: string
  /** As it was written, escape characters made visible. */
  readonly written: string
  readonly file: (name: string) => string
}

/** Plays a recorded run to the reporters of the command line, at its own pace on a clock that costs no time. */
async function play(
  scenario: string,
  env: Readonly<Record<string, string>>,
  isTTY: boolean,
): Promise<Played> {
  const events = await readEvents(join(here, 'testdata/runs', `${scenario}.ndjson`))
  const directory = temporaryDirectory()
  const stderr = new MemoryTerminal({ columns: 80, rows: 24 })
  const clock = new VirtualClock()
  const stream = { write: (text: string) => stderr.write(text), on: () => {}, columns: 80, rows: 24, isTTY }
  const session: Session = {
    ...createSession({
      ...{ cwd: () => root, stdout: stream, stderr: stream },
      env: { NO_COLOR: '1', ...env, GITHUB_STEP_SUMMARY: join(directory, 'summary.md') },
    } as unknown as NodeJS.Process),
    host: async () => ({ clock }) as unknown as Host,
    wanted: { isJson: false, junitFile: join(directory, 'junit.xml') },
  }
  const terminal = await terminalReporter(session, { root })
  const reporters = [terminal, summaryReporter(stderr), ...wantedReports(session)]
  const reporter = multiplex(reporters, ({ name }, error) => expect.fail(`${name}: ${error}`))
  const underWayMs = (events.at(-1)?.at ?? 0) * 0.67
  let underWay: string | undefined
  for (const event of events) {
    if (event.at > underWayMs && underWay === undefined) {
      await clock.advance(underWayMs - clock.now())
      underWay = stderr.text
    }
    await clock.advance(event.at - clock.now())
    reporter.onEvent(event)
  }
  await reporter.close?.()
  expect(clock.sleeping).toBe(0)
  return {
    underWay: underWay ?? '',
    atTheEnd: stderr.text,
    written: stderr.writes.join('').replaceAll('\u001b', '␛').replaceAll('\r', '␍'),
    file: (name) => readFileSync(join(directory, name), 'utf8'),
  }
}

const outputOf = (scenario: string, name: string) => join(here, 'testdata/outputs', `${scenario}.${name}`)

describe.each(scenarios)('%s', (scenario) => {
  test('in a terminal of 80 columns', async () => {
    const { underWay, atTheEnd } = await play(scenario, {}, true)
    const text = `--- under way ---\n${underWay}\n--- at the end ---\n${atTheEnd}`
    await expect(text).toMatchFileSnapshot(outputOf(scenario, 'terminal.txt'))
  })

  test('in a log', async () => {
    const { written, file } = await play(scenario, { CI: 'true' }, false)
    await expect(written).toMatchFileSnapshot(outputOf(scenario, 'plain.txt'))
    await expect(file('junit.xml')).toMatchFileSnapshot(outputOf(scenario, 'junit.xml'))
  })

  test('in a job of GitHub Actions', async () => {
    const env = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/home/ada' }
    const { written, file } = await play(scenario, env, false)
    await expect(written).toMatchFileSnapshot(outputOf(scenario, 'github.txt'))
    await expect(file('summary.md')).toMatchFileSnapshot(outputOf(scenario, 'github.md'))
  })

  test('in a job of GitLab CI', async () => {
    const { written } = await play(scenario, { CI: 'true', GITLAB_CI: 'true' }, false)
    await expect(written).toMatchFileSnapshot(outputOf(scenario, 'gitlab.txt'))
  })

  test('as JSON: one object, which says of the failures what the events say', async () => {
    const events = await readEvents(join(here, 'testdata/runs', `${scenario}.ndjson`))
    const { finished, tasks, started } = replay(events)
    const result: unknown = JSON.parse(
      readFileSync(join(here, 'testdata/runs', `${scenario}.result.json`), 'utf8'),
    )
    expect(result).toMatchObject({
      outcome: finished?.outcome,
      exitCode: finished?.exitCode,
      run: started?.run,
      failures: failedTasks({ tasks }),
    })
  })
})

test('E7: with several builds at once every line of a log says whose it is', async () => {
  const { written } = await play('build-failure', { CI: 'true' }, false)
  const [log = ''] = written.split('\nPhases\n')
  const unprefixed = log
    .split('\n')
    .filter((line) => line !== '' && !/^\[ *\d[\dhms. ]*\] (kindling|[\w-]+:[\w-]+) /.test(line))
  expect(unprefixed).toEqual([])
})
