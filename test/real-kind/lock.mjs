// One build of the rig at a time on a machine.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { say } from './progress.mjs'
import { inRig, rigDirectory } from './rig.mjs'

let descriptor

/**
 * Waits until no other build runs, then holds the lock as long as this process lives. It is a lock of the kernel on
 * an open file: programs that inherit the file hold it too, so that after a `kill -9` the next build waits for what the
 * killed one had started.
 */
export function takeLock() {
  mkdirSync(rigDirectory, { recursive: true })
  descriptor = openSync(inRig('build.lock'), 'w')
  while (!flock('--timeout', '10')) say('waiting for another build of the rig to end')
}

/** The open file of the lock, for programs to inherit. */
export function heldLock() {
  return descriptor ?? 'ignore'
}

/** Lets the next build begin. */
export function releaseLock() {
  if (descriptor !== undefined) closeSync(descriptor)
  descriptor = undefined
}

function flock(...options) {
  const stdio = ['ignore', 'ignore', 'ignore', descriptor]
  const { error, status } = spawnSync('flock', [...options, '3'], { stdio })
  if (error !== undefined) throw new Error('the program flock is missing (util-linux)')
  return status === 0
}
