// Makes real clusters possible on this machine: installs kind, gets or makes a node image, and tries both.
// Everything is kept outside of the repository (README.md); what is there already is not made again.
import { isDone, keyOf, writeStamp } from './cache.mjs'
import { releaseLock, takeLock } from './lock.mjs'
import { stopEverything } from './process.mjs'
import { say, secondsSince, withHeartbeat } from './progress.mjs'
import { rigDirectory } from './rig.mjs'
import { planSteps } from './steps/plan.mjs'
import { clusterPackages } from './steps/system-packages.mjs'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    say(`stopped by ${signal}; the next call goes on from here`)
    stopEverything()
    process.exit(1)
  })
}

try {
  takeLock()
  await makeRig()
} catch (error) {
  say(`failed: ${error.message}`)
  stopEverything()
  process.exitCode = 1
} finally {
  releaseLock()
}

async function makeRig() {
  const began = performance.now()
  say(`making the rig of real clusters in ${rigDirectory}`)
  await doStep(clusterPackages, keyOf(clusterPackages), clusterPackages.title)
  const steps = await planSteps()
  const keys = new Map()
  for (const [index, step] of steps.entries()) {
    const key = keyOf(step, keys)
    keys.set(step.name, key)
    await doStep(step, key, `step ${index + 1}/${steps.length}: ${step.title}`)
  }
  say(`the rig is ready (${secondsSince(began)}s)`)
}

async function doStep(step, key, title) {
  if (await isDone(step, key)) {
    say(`${title}: there already`)
    return
  }
  say(title)
  const began = performance.now()
  await withHeartbeat(step.name, () => step.run())
  const seconds = secondsSince(began)
  writeStamp(step, key, seconds)
  say(`  done in ${seconds}s`)
}
