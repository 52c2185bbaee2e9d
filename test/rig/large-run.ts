import type { RunEvent } from '../../src/engine/events.ts'
import type { Task } from '../../src/engine/task.ts'

/** The events of a run of so many tasks, each with a need or two, builds with instructions; always the same. */
export function largeRun(count: number): RunEvent[] {
  const phases = ['build', 'load', 'deploy'] as const
  const tasks = Array.from({ length: count }, (_, index): Task => {
    const phase = phases[Math.floor((3 * index) / count)] ?? 'deploy'
    const needs = [index - 7, index - Math.ceil(count / 3)].filter((need) => need >= 0 && index % 7 !== 0)
    return {
      id: nameOf(phase, index),
      kind: phase,
      phase,
      needs: needs.map((need) => nameOf(phases[Math.floor((3 * need) / count)] ?? 'deploy', need)),
      slots: {},
      expectedMs: 1_000 + ((index * 37) % 900),
    }
  })
  const ends = new Map<string, number>()
  const body = tasks.flatMap(({ id: task, phase, needs }, index): RunEvent[] => {
    const at = Math.max(50 * index, ...needs.map((need) => ends.get(need) ?? 0))
    const durationMs = 800 + ((index * 131) % 2_000)
    ends.set(task, at + durationMs)
    const parts = phase === 'build' ? ['FROM base', 'COPY . .', 'RUN make'] : []
    return [
      { type: 'task-started', at, task },
      ...parts.map((text, part): RunEvent => {
        return { type: 'task-part', at: at + 250 * (part + 1), task, text, durationMs: 250 }
      }),
      { type: 'task-finished', at: at + durationMs, task, outcome: 'succeeded', durationMs },
    ]
  })
  const lastMs = Math.max(...body.map(({ at }) => at))
  const samples = Array.from({ length: Math.floor(lastMs / 1_000) }, (_, index): RunEvent => {
    const cpu = 0.5 + 0.4 * Math.sin(index / 5)
    return {
      type: 'machine-sample',
      at: 1_000 * (index + 1),
      cpu,
      memoryBytes: 2 ** 32,
      memoryTotalBytes: 2 ** 34,
    }
  })
  const startedAt = Date.UTC(2030, 0, 1)
  return [
    { type: 'run-started', at: 0, version: 1, run: 'large', command: 'up', environment: 'large', startedAt },
    { type: 'plan-ready', at: 0, strategy: 'pipelined', tasks, capacity: {} },
    ...[...body, ...samples].sort((a, b) => a.at - b.at),
    {
      ...{ type: 'run-finished', at: lastMs, outcome: 'succeeded', durationMs: lastMs },
      ...{ criticalPath: [], exitCode: 0 },
    },
  ]
}

function nameOf(phase: string, index: number): string {
  return `${phase}:service-${`${index}`.padStart(4, '0')}`
}
