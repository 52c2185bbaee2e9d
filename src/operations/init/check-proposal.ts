import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { configFileName } from '../../config/load.ts'
import { parseConfig } from '../../config/parse.ts'
import type { Diagnostic, SourceLocation } from '../../diagnostics/diagnostic.ts'
import type { Proposal, ProposedEntry } from '../../init/proposal.ts'
import { configText } from '../../init/write-config.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Host } from '../host.ts'
import { InvalidInput } from '../operation-error.ts'
import { withImpliedNeeds } from '../prepare/implied-needs.ts'
import { prepare } from '../prepare/prepare.ts'

/** What a proposal would come to. */
export interface CheckedProposal {
  /** Of its environment; absent when something is wrong with it. */
  readonly plan?: Plan
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Plans a proposal as if it were written, and leaves nothing behind: files that come with it lie in a temporary
 * directory meanwhile. Problems are told by the places where they will be.
 */
export async function checkProposal(proposal: Proposal, root: string, host: Host): Promise<CheckedProposal> {
  const stage = mkdtempSync(join(tmpdir(), 'kindling-init-'))
  try {
    for (const { path, text } of proposal.files) {
      mkdirSync(dirname(join(stage, path)), { recursive: true })
      writeFileSync(join(stage, path), text)
    }
    const { plan, diagnostics } = await planOf(staged(proposal, stage), root, host)
    const inPlace = diagnostics.map((diagnostic) => moved(diagnostic, stage, root))
    return { ...(plan === undefined ? {} : { plan }), diagnostics: inPlace }
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

async function planOf(proposal: Proposal, root: string, host: Host): Promise<CheckedProposal> {
  const facts = { exists: existsSync, env: host.env }
  const parsed = parseConfig(join(root, configFileName), configText(proposal), facts)
  if (parsed.config === undefined) return { diagnostics: parsed.diagnostics }
  const { config, diagnostics } = withImpliedNeeds(parsed.config, (file) => readFileSync(file, 'utf8'))
  const [environment] = config.environments.values()
  if (diagnostics.length > 0 || environment === undefined) return { diagnostics }
  try {
    const { plan } = await prepare(config, environment, 'pipelined', host)
    return { plan, diagnostics: parsed.diagnostics }
  } catch (error) {
    if (error instanceof InvalidInput) return { diagnostics: error.diagnostics }
    throw error
  }
}

/** The same lines, with the files that are not written yet where they are. */
function staged(proposal: Proposal, stage: string): Proposal {
  const written = new Set(proposal.files.map(({ path }) => path))
  const move = (entry: ProposedEntry): ProposedEntry => ({
    ...entry,
    keys: entry.keys.map((key) =>
      key.key === 'apply' && typeof key.value === 'string' && written.has(key.value)
        ? { ...key, value: join(stage, key.value) }
        : key,
    ),
  })
  return { ...proposal, services: proposal.services.map(move) }
}

function moved(diagnostic: Diagnostic, stage: string, root: string): Diagnostic {
  const place = (location: SourceLocation) => ({ ...location, file: location.file.replace(stage, root) })
  return {
    ...diagnostic,
    message: diagnostic.message.replaceAll(stage, root),
    ...(diagnostic.location === undefined ? {} : { location: place(diagnostic.location) }),
  }
}
