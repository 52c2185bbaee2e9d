import type { EvidenceSource } from '../../drivers/evidence.ts'
import type { Plan } from '../../plan/plan.ts'

/** What was to be done. */
export function planEvidence(plan: Plan): EvidenceSource {
  return {
    title: 'plan',
    collect: async (folder) =>
      folder.write('plan.json', `${JSON.stringify(plan, null, 2)}\n`, { keeps: 'start', isRedacted: true }),
  }
}
