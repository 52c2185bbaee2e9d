import {
  allOf,
  type EvidenceFolder,
  type EvidenceOptions,
  type EvidenceSource,
} from '../../drivers/evidence.ts'
import type { UsableEngine } from '../host.ts'
import { freeBytes } from '../run/disk-budget.ts'

/** With less than this, the question is what takes the space; it costs seconds to be answered. */
const littleBytes = 5 * 2 ** 30

/** The container engine: which it is, how it is set up, and what runs on it. */
export function engineEvidence({ program, storage, workaround }: UsableEngine): EvidenceSource {
  return {
    title: `container engine (${program.name})`,
    collect: async (folder, options) => {
      if (workaround !== undefined) folder.write('engine/workaround.txt', `${workaround}\n`)
      const free = storage === undefined ? undefined : freeBytes(storage)
      const ask = (file: string, ...args: readonly string[]) =>
        writeAnswer(program, args, `engine/${file}`, folder, options)
      await allOf([
        ask('version.txt', 'version'),
        ask('info.txt', 'info'),
        ask('containers.txt', 'ps', '--all'),
        ...(free !== undefined && free < littleBytes ? [ask('disk.txt', 'system', 'df')] : []),
      ])
    },
  }
}

async function writeAnswer(
  program: UsableEngine['program'],
  args: readonly string[],
  file: string,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  const { stdout } = await program.run(args, { ...options, isData: true })
  folder.write(file, `${stdout}\n`)
}
