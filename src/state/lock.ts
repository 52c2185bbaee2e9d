import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { ensurePrivateDirectory } from './private-files.ts'

/** A holder that was killed is passed over after this long; living ones renew their lock more often. */
const staleMs = 5_000

/** Waits about 20 seconds in all. */
const patience = { retries: 120, factor: 1.2, minTimeout: 20, maxTimeout: 200 }

/** A lock that another process has kept for much longer than any work on a file takes. */
export class LockKept extends Error {
  override readonly name = 'LockKept'

  constructor(path: string) {
    super(`another process has kept the lock ${path} all the time it was waited for`)
  }
}

/**
 * Runs `action` while no other process does so under the same name in the same directory. For short actions on
 * files only: whoever waits polls, and gives up after about 20 seconds with `LockKept`.
 */
export async function withLock<T>(
  directory: string,
  name: string,
  action: () => Promise<T> | T,
  retries: typeof patience = patience,
): Promise<T> {
  ensurePrivateDirectory(directory)
  // The library tells locks of one process apart by this path, which need not exist; the lock is `<name>.lock`.
  const path = join(directory, name)
  let isLost = false
  // A process that was stopped and goes on finds that another one has passed it over. It can but finish what it is at.
  const onCompromised = () => {
    isLost = true
  }
  const options = { realpath: false, stale: staleMs, retries, onCompromised }
  const release = await lockfile.lock(path, options).catch((error) => {
    throw (error as NodeJS.ErrnoException).code === 'ELOCKED' ? new LockKept(`${path}.lock`) : error
  })
  try {
    return await action()
  } finally {
    if (!isLost) await release()
  }
}
