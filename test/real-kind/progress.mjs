// Lines that tell a person how far the rig is: what is done, how long it takes, and that it still lives.
const startedAt = performance.now()
const heartbeatMs = 10_000

/** One line on stderr, with the seconds since the start in front. */
export function say(text) {
  process.stderr.write(`${String(secondsSince(startedAt)).padStart(5)}s  ${text}\n`)
}

/** Whole seconds since a moment of `performance.now()`. */
export function secondsSince(moment) {
  return Math.round((performance.now() - moment) / 1000)
}

/** Runs `work` and repeats what it is about every ten seconds until it ends, so that silence means a hang. */
export async function withHeartbeat(title, work) {
  const began = performance.now()
  const timer = setInterval(() => say(`  … ${title}: ${secondsSince(began)}s`), heartbeatMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
