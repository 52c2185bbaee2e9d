import type { EvidenceSource } from '../../drivers/evidence.ts'
import type { Plan } from '../../plan/plan.ts'
import type { EnvironmentPlace, Inspection } from '../providers/provider.ts'
import { engineEvidence } from './engine-evidence.ts'
import { logEvidence } from './log-evidence.ts'
import { machineEvidence } from './machine-evidence.ts'
import { planEvidence } from './plan-evidence.ts'

/** What the sources are made from. */
export interface EvidenceContext extends EnvironmentPlace {
  readonly plan: Plan
  readonly inspection: Inspection
  /** Directory of the repository. */
  readonly root: string
}

/** Everything that is asked after a failure, what tells most first. To add a source, name it here. */
export function evidenceSources(context: EvidenceContext): readonly EvidenceSource[] {
  const { plan, inspection, engine, host, root } = context
  return [
    logEvidence(inspection.logs),
    ...inspection.evidence,
    engineEvidence(engine),
    machineEvidence({
      'the repository': root,
      'the state directory': host.stateDirectory,
      'the container engine': engine.storage,
    }),
    planEvidence(plan),
  ]
}
