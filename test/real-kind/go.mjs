// Programs built with Go, from the module proxy that the environment names.
import { existsSync } from 'node:fs'
import { findProgram, run, runWithRetries } from './process.mjs'
import { inRig } from './rig.mjs'

/** Debian 12's Go 1.19, which builds Kubernetes 1.20 and its contemporaries; newer ones no longer do. */
export const debianGo = '/usr/lib/go-1.19/bin'

/** The environment of a Go build with the Go in a directory, which keeps everything inside the rig's directory. */
export function goEnvironment(directory) {
  return {
    PATH: `${directory}:${process.env.PATH}`,
    GOPATH: inRig('go'),
    GOCACHE: inRig('go-build'),
    // Otherwise modules are read-only and `rm -r` of the rig fails.
    GOFLAGS: [process.env.GOFLAGS, '-modcacherw'].filter(Boolean).join(' '),
    CGO_ENABLED: '0',
  }
}

/** The directory of a module's files at a version. */
export async function goModule(path, version, log) {
  const options = { log, env: goEnvironment(newestGo()), capture: true }
  const asJson = await runWithRetries('go', ['mod', 'download', '-json', `${path}@${version}`], options)
  return JSON.parse(asJson).Dir
}

/**
 * Builds a package of a module into `file`, with the Go in the directory `go`. Not by `go install`: that asks the proxy
 * for every prefix of the package's path, and some proxies answer with an error that ends the search.
 */
export async function goBuild({ module, version, package: packagePath, go = newestGo() }, file, log) {
  const cwd = await goModule(module, version, log)
  // Some modules come with a part of their vendored packages.
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags=-s -w', '-o', file, packagePath]
  await run('go', args, { log, cwd, env: goEnvironment(go) })
}

/** The directory of the Go that the machine's owner chose, otherwise of Debian's. */
function newestGo() {
  const onPath = findProgram('go')
  if (onPath !== undefined) return onPath.replace(/\/go$/, '')
  if (existsSync(debianGo)) return debianGo
  throw new Error('there is no Go')
}
