import { probeProgram } from '../../src/drivers/podman/probe-program.ts'

/** Where the code of the probe program begins: after the headers of its file. */
const codeOffset = 64 + 56

/** `pause()` on x86-64, `ppoll()` of nothing on arm64. */
const machineCode: Partial<Record<NodeJS.Architecture, readonly number[]>> = {
  x64: [0xb8, 34, 0, 0, 0, 0x0f, 0x05],
  arm64: [0x28, 0x09, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4],
}

/**
 * The probe program with other code in it: it waits until it is killed. `undefined` for a processor it isn't written
 * for.
 */
export function waitingProgram(arch: NodeJS.Architecture = process.arch): Buffer | undefined {
  const program = probeProgram(arch)
  const code = machineCode[arch]
  if (program === undefined || code === undefined) return undefined
  program.fill(0, codeOffset).set(code, codeOffset)
  return program
}
