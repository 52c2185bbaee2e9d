// Says whether real clusters can be created on this machine: node status.mjs [--json]; exit code 0 if so, otherwise 1.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inRig, kernelModules, rigEnvironment, rigRecord } from './rig.mjs'

const howToBuild = 'node test/real-kind/build.mjs makes it'

/** What is there, found out in a fraction of a second and without changing anything. */
export function rigStatus() {
  const kind = inRig('bin', 'kind')
  const record = readRecord()
  if (record === undefined) return absent('the rig of real clusters has not been made')
  const conf = inRig('containers.conf')
  const containersConf = existsSync(conf) ? conf : undefined
  const env = rigEnvironment(containersConf)
  if (!existsSync(kind)) return absent(`${kind} is missing`)
  if (!existsSync(kernelModules)) return absent(`${kernelModules}, which kind mounts, is missing`)
  if (!hasImage(record.nodeImage, env)) return absent(`podman has no image ${record.nodeImage}`)
  return { present: true, kind, ...record, ...(containersConf === undefined ? {} : { containersConf }), env }
}

function absent(reason) {
  return { present: false, reason: `${reason}: ${howToBuild}` }
}

function readRecord() {
  try {
    return JSON.parse(readFileSync(rigRecord, 'utf8'))
  } catch {
    return undefined
  }
}

function hasImage(reference, env) {
  const { status } = spawnSync('podman', ['image', 'exists', reference], { env: { ...process.env, ...env } })
  return status === 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const status = rigStatus()
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(status, null, 2)}\n`)
  } else {
    const there = `kind with Kubernetes ${status.kubernetesVersion}, node image ${status.nodeImage}`
    process.stdout.write(`${status.present ? there : status.reason}\n`)
  }
  process.exitCode = status.present ? 0 : 1
}
