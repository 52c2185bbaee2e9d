import { transitiveReduction } from '../graph/transitive-reduction.ts'
import { formatDuration } from '../util/duration.ts'
import type { Plan } from './plan.ts'
import type { Prediction } from './prediction.ts'

/**
 * A plan as a Mermaid flowchart: a subgraph for each phase, the expected duration of each task, the critical path
 * marked. Needs that follow from others are left out; a dotted line is a lag.
 */
export function mermaidOf({ tasks }: Plan, { criticalPath }: Prediction): string {
  // Ids of Mermaid may not be what ours are; labels may be anything.
  const nodeOf = new Map(tasks.map(({ id }, index) => [id, `t${index}`]))
  const phases = [...new Set(tasks.map(({ phase }) => phase))]
  const lines = ['flowchart LR']
  for (const [index, phase] of phases.entries()) {
    lines.push(`  subgraph p${index}[${label(phase)}]`)
    for (const { id, expectedMs, isEstimate } of tasks.filter((task) => task.phase === phase)) {
      const duration = `${isEstimate === true ? '~' : ''}${formatDuration(expectedMs)}`
      lines.push(`    ${nodeOf.get(id)}[${label(id, duration)}]`)
    }
    lines.push('  end')
  }
  const critical = new Set(criticalPath.tasks.map((id, index) => `${criticalPath.tasks[index - 1]} ${id}`))
  const marked: number[] = []
  let edges = 0
  for (const [id, needs] of transitiveReduction(tasks)) {
    for (const need of needs) {
      if (critical.has(`${need} ${id}`)) marked.push(edges)
      lines.push(`  ${nodeOf.get(need)} --> ${nodeOf.get(id)}`)
      edges++
    }
  }
  for (const { id, after = [] } of tasks) {
    for (const { task, ms } of after) {
      const lag = ms === 0 ? 'with its start' : `${formatDuration(ms)} after its start`
      lines.push(`  ${nodeOf.get(task)} -. ${label(lag)} .-> ${nodeOf.get(id)}`)
    }
  }
  lines.push('  classDef critical stroke:#d33,stroke-width:3px')
  const path = criticalPath.tasks.flatMap((id) => nodeOf.get(id) ?? [])
  if (path.length > 0) lines.push(`  class ${path.join(',')} critical`)
  if (marked.length > 0) lines.push(`  linkStyle ${marked.join(',')} stroke:#d33,stroke-width:3px`)
  return `${lines.join('\n')}\n`
}

/** Lines of text in quotes; what would end them, or begin an entity, becomes one. */
function label(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;'),
  )
  return `"${escaped.join('<br/>')}"`
}
