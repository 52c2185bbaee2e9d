import { type EvidenceSource, reasonOf } from '../../drivers/evidence.ts'
import type { Clock } from '../../util/clock.ts'
import { formatDuration } from '../../util/duration.ts'
import type { EvidenceFiles } from './evidence-files.ts'

/** A question gets this share of the time for all, so that one without an answer leaves time for others. */
const shareOfQuestion = 1 / 3

export interface CollectOptions {
  readonly files: EvidenceFiles
  readonly clock: Clock
  /** For all sources together, milliseconds. */
  readonly budgetMs: number
  /** Whoever is waiting no longer wants to: from then on there are `impatientMs` at most. */
  readonly interrupt: AbortSignal
  readonly impatientMs: number
}

/** What came of one source. */
export interface Finding {
  readonly title: string
  /** Paths below the directory of the evidence. */
  readonly files: readonly string[]
  /** What should be seen at once. */
  readonly notes: readonly string[]
  /** Why something is missing; absent when nothing is. */
  readonly problem?: string
}

/**
 * Asks all sources side by side, until they have answered or the time is over, whatever the run's own time is. Never
 * rejects: what a source could not find out is told with what it did.
 */
export async function collect(
  sources: readonly EvidenceSource[],
  { files, clock, budgetMs, interrupt, impatientMs }: CollectOptions,
): Promise<readonly Finding[]> {
  const time = new AbortController()
  const done = new AbortController()
  const isOver = new Promise<never>((_, reject) => {
    time.signal.addEventListener('abort', () => reject(time.signal.reason), { once: true })
  })
  // Each source races against it; while none does, its rejection is nobody's business.
  isOver.catch(() => {})
  const endAfter = (ms: number) => {
    const end = () => time.abort(new Error(`it did not come to its end within ${formatDuration(ms)}`))
    clock.sleep(ms, done.signal).then(end, () => {})
  }
  const hurry = () => endAfter(impatientMs)
  endAfter(interrupt.aborted ? Math.min(budgetMs, impatientMs) : budgetMs)
  if (!interrupt.aborted) interrupt.addEventListener('abort', hurry, { once: true })

  const options = { signal: time.signal, timeoutMs: Math.ceil(budgetMs * shareOfQuestion) }
  try {
    return await Promise.all(
      sources.map(async (source) => {
        const folder = files.folder()
        let problem: string | undefined
        try {
          await Promise.race([source.collect(folder, options), isOver])
        } catch (error) {
          problem = reasonOf(time.signal.aborted ? time.signal.reason : error)
        }
        const { title } = source
        const left = folder.leftOut === 0 ? [] : [`no room for ${folder.leftOut} more of its files`]
        const problems = [...(problem === undefined ? [] : [problem]), ...left]
        const found = { title, files: [...folder.files], notes: [...folder.notes] }
        return problems.length === 0 ? found : { ...found, problem: problems.join('\n') }
      }),
    )
  } finally {
    files.close()
    interrupt.removeEventListener('abort', hurry)
    done.abort()
  }
}
