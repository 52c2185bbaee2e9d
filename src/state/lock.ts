import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { ensurePrivateDirectory } from './private-files.ts'

/** A holder that was killed is passed over after this long; living ones renew their lock more often. */
const staleMs = 5_000

/**
 * Runs `action` while no other process does so under the same name in the same directory. For short actions on
 * files only: whoever waits polls, and gives up after about 20 seconds.
 */
export async function withLock<T>(directory: string, name: string, action: () => Promise<T> | T): Promise<T> {
  ensurePrivateDirectory(directory)
  // The library tells locks of one process apart by this path, which need not exist; the lock is `<name>.lock`.
  const release = await lockfile.lock(join(directory, name), {
    realpath: false,
    stale: staleMs,
    retries: { retries: 120, factor: 1.2, minTimeout: 20, maxTimeout: 200 },
  })
  try {
    return await action()
  } finally {
    await release()
  }
}
