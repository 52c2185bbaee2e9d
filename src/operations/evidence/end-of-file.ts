import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'

/** Who reads a page reads no more than this. */
const mostBytes = 2 ** 15

/** The last lines of a file, which may be larger than any text can be; nothing where there is none. */
export function endOfFile(file: string, lines: number): string {
  if (!existsSync(file)) return ''
  const fd = openSync(file, 'r')
  try {
    const { size } = fstatSync(fd)
    const buffer = Buffer.alloc(Math.min(size, mostBytes))
    const length = readSync(fd, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8', 0, length).trimEnd().split('\n').slice(-lines).join('\n')
  } finally {
    closeSync(fd)
  }
}
