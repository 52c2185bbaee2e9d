import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { EvidenceSpec } from '../../config/config.ts'
import type { RunOutcome } from '../../engine/outcome.ts'
import type { RunRecord } from '../../engine/records.ts'
import type { Plan } from '../../plan/plan.ts'
import { taskLogFile } from '../../reporters/task-logs.ts'
import { writePrivateFile } from '../../state/private-files.ts'
import type { RunDirectory } from '../../state/run-directory.ts'
import { formatDuration } from '../../util/duration.ts'
import { redactFiles } from '../generated/redact-files.ts'
import { collect, type Finding } from './collect.ts'
import { endOfFile } from './end-of-file.ts'
import { EvidenceFiles } from './evidence-files.ts'
import { indexPage } from './index-page.ts'
import { logDirectory } from './log-evidence.ts'
import { type EvidenceContext, evidenceSources } from './sources.ts'

/** Whoever has pressed Ctrl-C wants to leave, but would like to know what it was; milliseconds. */
const impatientMs = 5_000
/** Of what a failed task has printed, on the page itself. */
const outputLines = 25

export interface GatherContext extends EvidenceContext {
  readonly spec: EvidenceSpec
  readonly run: RunDirectory
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal
  /** Tells whoever waits, in a sentence. */
  readonly note: (level: 'info' | 'warning', text: string) => void
}

export interface Evidence {
  /** The page that tells what went wrong, and names the files. */
  readonly index: string
  /** Writes the page again, when more is known of the run. Never throws: the page that is there stays. */
  updateIndex(record: RunRecord): void
}

/**
 * Gathers what can be known of a run, if it is wanted of one that ended so. Never throws, and takes no longer than its
 * own time: evidence that cannot be had is told, and changes nothing of the run.
 */
export async function gatherEvidence(
  context: GatherContext,
  outcome: RunOutcome,
  record: RunRecord,
): Promise<Evidence | undefined> {
  const { spec, note } = context
  if (spec.when === 'never' || (spec.when === 'on-failure' && outcome === 'succeeded')) return undefined
  try {
    return await gather(context, record)
  } catch (error) {
    note('warning', `evidence could not be gathered: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

async function gather(context: GatherContext, record: RunRecord): Promise<Evidence> {
  const { host, spec, run, signal, note } = context
  const { clock, redactor, generatedRedactor } = host
  const budgetMs = signal.aborted ? Math.min(impatientMs, spec.timeoutMs) : spec.timeoutMs
  note('info', `gathering evidence, for at most ${formatDuration(budgetMs)}`)
  const startMs = clock.now()
  const directory = join(run.path, 'evidence')
  const findings = await collect(evidenceSources(context), {
    files: new EvidenceFiles({ directory, maxBytes: spec.maxBytes, redactor, generatedRedactor }),
    clock,
    budgetMs,
    interrupt: signal,
    impatientMs,
  })
  redactForeign(context)
  const index = join(run.path, 'index.md')
  const writeIndex = (of: RunRecord) => {
    const page = indexPage({
      record: of,
      findings,
      evidenceDirectory: basename(directory),
      linksOf: (task) => linksOf(task, context.plan, run),
      outputOf: (task) => endOfFile(taskLogFile(run.logs, task), outputLines),
      files: ['events.ndjson', 'logs/', 'manifests/', 'cluster/'].filter((file) =>
        existsSync(join(run.path, file)),
      ),
    })
    writePrivateFile(index, generatedRedactor.redact(page))
  }
  writeIndex(record)
  const summary = summaryOf(findings, clock.now() - startMs)
  // Told at once: what follows, a removal above all, may take its time or fail.
  note('info', `${summary}; begin with ${relative(context.root, index)}`)
  return {
    index,
    updateIndex: (of) => {
      try {
        writeIndex(of)
      } catch {
        // What was written before the end is still there.
      }
    },
  }
}

/** What other programs have written of clusters that could not be created. */
function redactForeign({ run, host }: GatherContext): void {
  const attempts = join(run.path, 'cluster')
  if (existsSync(attempts)) redactFiles(attempts, host.generatedRedactor)
}

function summaryOf(findings: readonly Finding[], tookMs: number): string {
  const files = findings.reduce((sum, finding) => sum + finding.files.length, 0)
  const failed = findings.filter(({ problem }) => problem !== undefined).map(({ title }) => title)
  const without = failed.length === 0 ? '' : `; not all could be had of: ${failed.join(', ')}`
  return `evidence: ${files} ${files === 1 ? 'file' : 'files'} in ${formatDuration(tookMs)}${without}`
}

/** What a task has printed, and what the containers of the service have that it is about. */
function linksOf(id: string, plan: Plan, run: RunDirectory): readonly string[] {
  const task = plan.tasks.find((planned) => planned.id === id)
  const containers = join(run.path, 'evidence', logDirectory)
  return [
    taskLogFile(run.logs, id),
    ...(task !== undefined && 'service' in task ? [join(containers, task.service)] : []),
    // Tests ask all services.
    ...(task?.kind === 'test' ? [containers] : []),
  ]
    .filter((path) => existsSync(path))
    .map((path) => relative(run.path, path))
}
