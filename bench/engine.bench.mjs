import { formatSpread, spread, table } from './measure.mjs'

export const title = 'Engine: what it costs to run tasks that do nothing'

const dist = new URL(
  process.env.KINDLING_DIST ? `file://${process.env.KINDLING_DIST}/` : '../dist/',
  import.meta.url,
)
const sizes = [10, 1_000, 10_000]
const rounds = 15

/** Each shape is run on one CPU slot per eight tasks, so that the queue of ready tasks is put to use. */
const shapes = {
  chain: (size) => tasks(size, (i) => (i === 0 ? [] : [i - 1])),
  fan: (size) => tasks(size, (i) => (i === 0 ? [] : i === size - 1 ? range(1, size - 1) : [0])),
  random: (size) => {
    const next = random(size)
    return tasks(size, (i) => (i === 0 ? [] : [...new Set([next(i), next(i), next(i)])]))
  },
}

/** Runs every shape in every size in turn, so that a slow moment of the machine hits them all. */
export async function bench() {
  const { runGraph } = await import(new URL('engine/run-graph.js', dist))
  const { systemClock } = await import(new URL('util/clock.js', dist))
  const run = async (list) => {
    const startMs = performance.now()
    const { outcome } = await runGraph(list, {
      execute: async () => ({ outcome: 'succeeded' }),
      capacity: { cpu: 8 },
      clock: systemClock,
      emit: () => {},
      signal: new AbortController().signal,
      failureMode: 'continue',
      maxAttempts: 1,
      cancelGraceMs: 1_000,
      teardown: () => false,
      teardownBudgetMs: 1_000,
    })
    if (outcome !== 'succeeded') throw new Error(`The run ended as ${outcome}`)
    return performance.now() - startMs
  }

  const cases = Object.entries(shapes).flatMap(([shape, make]) =>
    sizes.map((size) => ({ shape, size, list: make(size), figures: [] })),
  )
  for (const { list } of cases) await run(list)
  for (let round = 0; round < rounds; round++) {
    for (const { list, figures } of cases) figures.push(await run(list))
  }

  let before
  const rows = cases.map(({ shape, size, figures }) => {
    const all = spread(figures)
    const perTask = (1_000 * all.median) / size
    const growth = before?.shape === shape ? `×${(all.median / before.median).toFixed(1)}` : ''
    const tasksGrowth = before?.shape === shape ? ` for ×${size / before.size}` : ''
    before = { shape, size, median: all.median }
    return [`${shape}, ${size} tasks`, formatSpread(all), perTask.toFixed(1), `${growth}${tasksGrowth}`]
  })
  const head = ['graph', 'whole run, ms: median (min–max)', 'a task, µs', 'growth of the median']
  return `${table(head, rows)}\n\n${rounds} rounds after one to warm up.`
}

function tasks(size, needsOf) {
  return Array.from({ length: size }, (_, i) => ({
    id: `task:${i}`,
    kind: 'task',
    phase: 'work',
    needs: needsOf(i).map((need) => `task:${need}`),
    slots: { cpu: 1 },
    expectedMs: i % 7,
  }))
}

function range(from, to) {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

/** Numbers below a bound, the same ones each time: a linear congruential generator. */
function random(seed) {
  let state = seed
  return (bound) => {
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * bound)
  }
}
