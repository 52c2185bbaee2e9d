import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { configFileName } from '../../config/load.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { chooseSources } from '../../init/choose-sources.ts'
import { detect } from '../../init/detectors.ts'
import { projectName } from '../../init/project-name.ts'
import type { Proposal, ProposedFile } from '../../init/proposal.ts'
import { propose } from '../../init/propose.ts'
import { openRepository } from '../../init/repository.ts'
import { configText } from '../../init/write-config.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Host } from '../host.ts'
import { exitCodes, OperationError } from '../operation-error.ts'
import { type CheckedProposal, checkProposal } from './check-proposal.ts'
import { listFiles } from './list-files.ts'
import { renderUnits } from './render-units.ts'

export interface InitOptions {
  /** Absolute path of the repository: where `kindling.yaml` goes. */
  readonly root: string
  readonly host: Host
  readonly signal: AbortSignal
  /** Whether files are written; otherwise it is only told what they would be. */
  readonly writes: boolean
  /** Told what is being done, for what takes long. */
  readonly onProgress?: (text: string) => void
}

export interface InitResult {
  /** The configuration first. */
  readonly files: readonly ProposedFile[]
  /** What it comes to; absent when something has to be put right first. */
  readonly plan?: Plan
  readonly diagnostics: readonly Diagnostic[]
  readonly proposal: Proposal
  /** How many files the repository has, how many were read, and how many more would have been. */
  readonly listed: number
  readonly read: number
  readonly unread: number
}

/**
 * Writes a `kindling.yaml` from what a repository has: Dockerfiles, manifests, kustomizations, charts, compose files,
 * `skaffold.yaml`, Kind configurations and scripts. Nothing is overwritten. Throws `OperationError` when there is one
 * already, or nothing to make it from.
 */
export async function init(options: InitOptions): Promise<InitResult> {
  const { root, host, signal, writes, onProgress = () => {} } = options
  const file = join(root, configFileName)
  if (writes && existsSync(file)) throw alreadyThere(file)
  onProgress('looking at the files')
  const exec = host.exec()
  const repository = openRepository(root, await listFiles(root, exec))
  const { findings, read, unread } = detect(repository)
  const project = projectName(findings, repository)
  const { units, crds, notes } = chooseSources(findings, project, repository)
  if (units.some(({ source }) => source.kind !== 'apply')) onProgress('rendering kustomizations and charts')
  const rendered = await renderUnits(units, root, exec, signal)
  const input = { findings, units: rendered, crds, notes, project, repository }
  const proposal = propose(input)
  if (proposal.services.length === 0) throw nothingToDeploy(repository.files.length, proposal)
  onProgress('planning the result')
  const result = await planned(proposal, () => propose({ ...input, provider: 'kind' }), root, host)
  const files = [{ path: configFileName, text: configText(result.proposal) }, ...result.proposal.files]
  const present = files.map(({ path }) => join(root, path)).find(existsSync)
  if (writes && present !== undefined) throw alreadyThere(present)
  // The configuration last: without it, nothing has begun.
  if (writes) for (const each of files.toReversed()) writeNew(join(root, each.path), each.text)
  return { ...result, files, listed: repository.files.length, read, unread }
}

/** On podman, or, where that cannot serve it, in a Kind cluster. */
async function planned(
  proposal: Proposal,
  onKind: () => Proposal,
  root: string,
  host: Host,
): Promise<CheckedProposal & { readonly proposal: Proposal }> {
  const checked = await checkProposal(proposal, root, host)
  const isRefused = checked.diagnostics.some(({ code }) => code === 'E_MANIFEST_UNSUPPORTED')
  if (!isRefused) return { ...checked, proposal }
  const other = onKind()
  return { ...(await checkProposal(other, root, host)), proposal: other }
}

/** Never over what is there already, even if git does not know it. */
function writeNew(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw alreadyThere(path)
    throw new OperationError(
      'E_INIT_WRITE',
      `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'make room for it, or print it with `kindling init --check` and write it yourself',
    )
  }
}

function alreadyThere(path: string): OperationError {
  return new OperationError(
    'E_INIT_EXISTS',
    `there is a file already: ${path}`,
    'it was left as it is; `kindling init --check` prints what would be written today, and to start again, ' +
      'move it away',
    { exitCode: exitCodes.usage },
  )
}

function nothingToDeploy(files: number, { notes }: Proposal): OperationError {
  return new OperationError(
    'E_INIT_NOTHING',
    `nothing to deploy was found in ${files} files: no manifest, chart, compose file or Dockerfile`,
    'run it at the root of the repository; files that git ignores, and those in `vendor`, `third_party` and `node_modules`, are skipped',
    { exitCode: exitCodes.usage, ...(notes.length === 0 ? {} : { detail: notes.join('\n') }) },
  )
}
