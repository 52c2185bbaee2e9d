/** A file in a tar: its bytes, or how to come by them; `size` must be right. */
export interface TarMember {
  readonly name: string
  readonly size: number
  readonly data: Uint8Array | (() => AsyncIterable<Uint8Array>)
}

const block = 512
const largestOctal = 8 ** 11 - 1

/** Writes a tar (POSIX ustar) as a stream. Throws when a member has other than the promised number of bytes. */
export async function* tarStream(members: Iterable<TarMember>): AsyncGenerator<Uint8Array, void> {
  for (const { name, size, data } of members) {
    yield header(name, size)
    let written = 0
    for await (const chunk of data instanceof Uint8Array ? [data] : data()) {
      written += chunk.byteLength
      if (written > size) break
      yield chunk
    }
    if (written !== size)
      throw new Error(`${name} has ${written > size ? 'more' : 'less'} than ${size} bytes`)
    if (size % block > 0) yield Buffer.alloc(block - (size % block))
  }
  yield Buffer.alloc(2 * block)
}

function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a name for a tar`)
  const bytes = Buffer.alloc(block)
  bytes.write(name, 0)
  bytes.write('0000644\0', 100)
  bytes.write('0000000\0', 108)
  bytes.write('0000000\0', 116)
  writeSize(bytes, size)
  bytes.write('00000000000\0', 136)
  bytes.write('0', 156)
  bytes.write('ustar\0' + '00', 257)
  bytes.fill(' ', 148, 156)
  const checksum = bytes.reduce((sum, byte) => sum + byte, 0)
  bytes.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

/** In octal digits, and in binary beyond 8 GiB, as GNU tar does and Go reads. */
function writeSize(bytes: Buffer, size: number): void {
  if (size <= largestOctal) {
    bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
    return
  }
  bytes[124] = 0x80
  bytes.writeBigUInt64BE(BigInt(size), 128)
}
