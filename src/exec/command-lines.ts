import { readdirSync, readFileSync } from 'node:fs'

/** The arguments of every process of this machine that can be seen, its program first; none without /proc. */
export function commandLines(): readonly (readonly string[])[] {
  let pids: readonly string[]
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
  return pids.flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')]
    } catch {
      // It has ended meanwhile.
      return []
    }
  })
}
