import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PresentRig, rigStatus } from '../real-kind/status.mjs'

/** An image with a shell that every cluster of `createCluster` has. */
export const shellImage = 'localhost/kindling-test/shell:1'

const shell = '/bin/busybox'
const status = rigStatus()

/** Why tests on a real cluster cannot run here; absent when they can. */
export const missing: string | undefined = status.present
  ? existsSync(shell)
    ? undefined
    : `there is no ${shell} to make an image of`
  : status.reason

export interface OwnCluster {
  readonly kubeconfig: string
  remove(): void
}

/** Creates a cluster of one node; its name begins with `prefix`. */
export function createCluster(prefix: string): OwnCluster {
  if (!status.present) throw new Error(status.reason)
  const rig = status
  const name = `${prefix}-${process.pid}`
  const directory = mkdtempSync(join(tmpdir(), 'kindling-test-'))
  const file = join(directory, 'kubeconfig')
  const remove = () => {
    kind(rig, 'delete', 'cluster', '--name', name, '--kubeconfig', file)
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    kind(rig, 'create', 'cluster', '--name', name, '--image', rig.nodeImage, '--kubeconfig', file)
    kind(rig, 'load', 'image-archive', writeShellImage(directory), '--name', name)
    return { kubeconfig: readFileSync(file, 'utf8'), remove }
  } catch (error) {
    remove()
    throw error
  }
}

function kind(rig: PresentRig, ...args: readonly string[]): void {
  execFileSync(rig.kind, args, { env: { ...process.env, ...rig.env }, stdio: ['ignore', 'ignore', 'pipe'] })
}

/** An image in docker's archive format, with one program in it: no engine is needed to make it. */
function writeShellImage(directory: string): string {
  const root = join(directory, 'root')
  const image = join(directory, 'image')
  mkdirSync(join(root, 'bin'), { recursive: true })
  mkdirSync(image)
  copyFileSync(shell, join(root, 'bin', 'busybox'))
  for (const program of ['sh', 'sleep', 'cat', 'echo', 'nc'])
    symlinkSync('busybox', join(root, 'bin', program))
  const layer = join(image, 'layer.tar')
  execFileSync('tar', ['-cf', layer, '--owner=0', '--group=0', '-C', root, '.'])
  const diffId = `sha256:${createHash('sha256').update(readFileSync(layer)).digest('hex')}`
  const config = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: [diffId] },
  }
  writeFileSync(join(image, 'config.json'), JSON.stringify(config))
  const manifest = [{ Config: 'config.json', RepoTags: [shellImage], Layers: ['layer.tar'] }]
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest))
  const archive = join(directory, 'image.tar')
  execFileSync('tar', ['-cf', archive, '-C', image, 'manifest.json', 'config.json', 'layer.tar'])
  return archive
}
