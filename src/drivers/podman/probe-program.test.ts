import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { probeExitCode, probeProgram } from './probe-program.ts'

const program = probeProgram(process.arch)

test.runIf(process.platform === 'linux' && program !== undefined)(
  'the probe is a program that Linux runs, and ends with the code by which it is known',
  () => {
    const file = join(temporaryDirectory(), 'probe')
    writeFileSync(file, program ?? '', { mode: 0o755 })
    const { status, error } = spawnSync(file)
    expect({ status, error }).toEqual({ status: probeExitCode, error: undefined })
  },
)

test('it is written for the two usual processors, and for no other', () => {
  // Bytes 18 and 19 of an ELF file name the processor.
  expect(probeProgram('x64')?.readUInt16LE(18)).toBe(0x3e)
  expect(probeProgram('arm64')?.readUInt16LE(18)).toBe(0xb7)
  expect(probeProgram('s390x')).toBeUndefined()
})
