import { createHash, hash } from 'node:crypto'
import { createReadStream, readFile } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** Up to here a file is read in one go, bytes. */
const smallFileBytes = 2n ** 20n

/** SHA-256 of a file's content in hex; of a file that is not there, the empty text. */
export async function fileDigest(path: string, sizeBytes: bigint): Promise<string> {
  try {
    return await (sizeBytes > smallFileBytes ? streamedDigest(path) : smallDigest(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** With a callback: for tens of thousands of small files, `fs/promises` takes twice as long. */
function smallDigest(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    readFile(path, (error, content) => (error ? reject(error) : resolve(hash('sha256', content, 'hex'))))
  })
}

async function streamedDigest(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: Number(smallFileBytes) }), digest)
  return digest.digest('hex')
}
