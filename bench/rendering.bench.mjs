import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatSpread, spread, table } from './measure.mjs'

export const title =
  'Rendering: what reporters cost during a run of 200 tasks and 10,000 lines of output a second'

const dist = new URL(
  process.env.KINDLING_DIST ? `file://${process.env.KINDLING_DIST}/` : '../dist/',
  import.meta.url,
)
const rounds = Number(process.env.KINDLING_BENCH_ROUNDS ?? 7)
const tasks = 200
const parallel = 20
const linesPerSecond = 10_000
/** Of the run, on a clock that costs no time: what is measured is the work alone. */
const seconds = 20
const stepMs = 10

/** Each reporter gets the same events; the run is the same one each time. */
export async function bench() {
  const load = (file) => import(new URL(file, dist))
  const { liveReporter } = await load('reporters/live.js')
  const { plainReporter } = await load('reporters/plain.js')
  const { githubDialect } = await load('reporters/github.js')
  const { ndjsonReporter } = await load('reporters/ndjson.js')
  const { taskLogReporter } = await load('reporters/task-logs.js')
  const { endReport } = await load('reporters/end-report.js')
  const { junit } = await load('reporters/junit.js')
  const { VirtualClock } = await load('util/virtual-clock.js')
  const { simulate } = await load('engine/simulate.js')

  const directory = mkdtempSync(join(tmpdir(), 'kindling-bench-'))
  const terminal = { write: () => {}, columns: 120, rows: 40, isTTY: true, color: true }
  const none = { name: 'none', onEvent: () => {} }
  const cases = [
    ['live terminal, 120 × 40', (clock) => liveReporter(terminal, clock)],
    ['plain lines', (clock) => plainReporter(terminal, { clock })],
    ['GitHub Actions', (clock) => plainReporter(terminal, { clock, dialect: githubDialect(String) })],
    ['JUnit, beside another', () => endReport('junit', junit, () => {})],
    ['events file', (clock, to) => ndjsonReporter(join(to, 'events.ndjson'), clock)],
    ['log files of the tasks', (clock, to) => taskLogReporter(to, clock)],
  ].map(([name, make]) => ({ name, make, figures: [] }))

  const measure = async (make) => {
    const clock = new VirtualClock()
    const to = mkdtempSync(join(directory, 'run-'))
    mkdirSync(to, { recursive: true })
    const reporter = make(clock, to)
    const before = process.cpuUsage()
    for (const events of run) {
      await clock.advance(events.at - clock.now())
      for (const event of events.list) reporter.onEvent(event)
    }
    await reporter.close?.()
    const { user, system } = process.cpuUsage(before)
    rmSync(to, { recursive: true })
    return (user + system) / 1_000 / seconds
  }
  const run = await eventsOf(simulate)
  try {
    await measure(() => none)
    for (const { make } of cases) await measure(make)
    for (let round = 0; round < rounds; round++) {
      // What it costs to play the events is no part of any reporter.
      const playing = await measure(() => none)
      for (const { make, figures } of cases) figures.push((await measure(make)) - playing)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
  const rows = cases.map(({ name, figures }) => {
    const all = spread(figures)
    return [name, formatSpread(all), `${(all.median / 10).toFixed(2)} %`]
  })
  const head = ['reporter', 'CPU ms for each second of the run: median (min–max)', 'of one core']
  return `${table(head, rows)}\n\n${rounds} rounds after one to warm up; ${seconds} s of the run in each.`
}

/** The events of a run, by the time at which they come. */
async function eventsOf(simulate) {
  const ids = Array.from({ length: tasks }, (_, i) => `build:service-${i}`)
  const lastsMs = (seconds * 1_000 * parallel) / tasks
  const plan = ids.map((id, i) => ({
    ...{ id, kind: 'build', phase: 'build', slots: { builds: 1 }, expectedMs: lastsMs },
    needs: i < parallel ? [] : [ids[i - parallel]],
  }))
  const capacity = { builds: parallel }
  const { totalMs, tasks: times } = await simulate(plan, capacity)
  const prediction = { totalMs, tasks: [...times].map(([id, time]) => ({ id, ...time })) }
  const at = (ms) => ({ at: ms, list: [] })
  const steps = Array.from({ length: (seconds * 1_000) / stepMs + 1 }, (_, i) => at(i * stepMs))
  const add = (ms, event) =>
    steps[Math.min(steps.length - 1, Math.round(ms / stepMs))].list.push({ at: ms, ...event })
  const started = { run: 'bench', command: 'build', environment: null, startedAt: Date.now(), version: 1 }
  add(0, { type: 'run-started', ...started })
  add(0, { type: 'plan-ready', strategy: 'hybrid', tasks: plan, capacity, prediction })
  ids.forEach((task, i) => {
    const startMs = Math.floor(i / parallel) * lastsMs
    add(startMs, { type: 'task-started', task })
    for (let step = 1; step <= 10; step++) {
      const text = `RUN step ${step} of a build of some service`
      add(startMs + ((step - 1) * lastsMs) / 10, { type: 'task-progress', task, text, done: step, total: 10 })
    }
    const lines = (linesPerSecond * lastsMs) / 1_000 / parallel
    for (let line = 0; line < lines; line++) {
      const text = `${line}: npm info something was done to some file of some package, as it is said in a line`
      add(startMs + (line * lastsMs) / lines, { type: 'task-output', task, stream: 'stdout', line: text })
    }
  })
  // Whatever begins at the same moment as something ends comes after it.
  ids.forEach((task, i) => {
    const endMs = (Math.floor(i / parallel) + 1) * lastsMs
    add(endMs, { type: 'task-finished', task, outcome: 'succeeded', durationMs: lastsMs })
  })
  add(seconds * 1_000, {
    ...{
      type: 'run-finished',
      outcome: 'succeeded',
      durationMs: seconds * 1_000,
      criticalPath: [],
      exitCode: 0,
    },
  })
  return steps
}
