/** The exit code by which the probe says that it really ran. */
export const probeExitCode = 42

// What the two instruction sets need to call exit(42); Linux system call numbers 60 (x86-64) and 93 (arm64).
const machines: Partial<Record<NodeJS.Architecture, { readonly machine: number; readonly code: number[] }>> =
  {
    x64: { machine: 0x3e, code: [0xbf, probeExitCode, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05] },
    arm64: {
      machine: 0xb7,
      code: [0x40, 0x05, 0x80, 0xd2, 0xa8, 0x0b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4],
    },
  }

/**
 * The smallest Linux program that ends with a known exit code, as the bytes of an ELF file (layout: elf(5)). With it
 * an image can be built and run from scratch: no registry, no shell, no other file. `undefined` for a processor it
 * isn't written for.
 */
export function probeProgram(arch: NodeJS.Architecture): Buffer | undefined {
  const target = machines[arch]
  if (target === undefined) return undefined
  const headerSize = 64
  const entrySize = 56
  const load = 0x400000n
  const file = Buffer.alloc(headerSize + entrySize + target.code.length)
  const codeOffset = BigInt(headerSize + entrySize)

  file.write('\x7fELF', 0, 'latin1')
  file.set([2, 1, 1], 4) // 64 bit, little endian, version 1
  file.writeUInt16LE(2, 16) // executable
  file.writeUInt16LE(target.machine, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(load + codeOffset, 24) // entry point
  file.writeBigUInt64LE(BigInt(headerSize), 32) // offset of the program headers
  file.writeUInt16LE(headerSize, 52)
  file.writeUInt16LE(entrySize, 54)
  file.writeUInt16LE(1, 56) // one program header

  file.writeUInt32LE(1, 64) // a segment to load
  file.writeUInt32LE(5, 68) // readable, executable
  file.writeBigUInt64LE(load, 80)
  file.writeBigUInt64LE(load, 88)
  file.writeBigUInt64LE(BigInt(file.length), 96)
  file.writeBigUInt64LE(BigInt(file.length), 104)
  file.writeBigUInt64LE(0x1000n, 112)

  file.set(target.code, Number(codeOffset))
  return file
}
