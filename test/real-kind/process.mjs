// The one place of the rig that starts programs.
import { spawn } from 'node:child_process'
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { heldLock } from './lock.mjs'
import { inRig } from './rig.mjs'

const running = new Set()
const shownLines = 25

/**
 * Runs a program to its end; what it prints goes to the log of `options.log` (a name), and the last lines of it into
 * the error when the program fails. With `options.capture` the standard output is returned instead of logged;
 * `options.env` is added to the environment. With `options.outlives` the program may leave others behind that are not
 * part of the build: they do not hold its lock.
 */
export async function run(program, args, options = {}) {
  const log = inRig('logs', `${options.log ?? 'rig'}.log`)
  mkdirSync(dirname(log), { recursive: true })
  appendFileSync(log, `\n$ ${[program, ...args].join(' ')}\n`)
  const logFile = openSync(log, 'a')
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.capture ? 'pipe' : logFile, logFile, options.outlives ? 'ignore' : heldLock()],
    // A group of its own, so that make's and go's children end with it.
    detached: true,
  })
  running.add(child)
  const output = []
  child.stdout?.on('data', (chunk) => output.push(chunk))
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => stop(child), options.timeoutMs)
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (...ended) => resolve(ended))
  }).finally(() => {
    clearTimeout(timer)
    running.delete(child)
    closeSync(logFile)
  })
  if (code !== 0) {
    if (options.capture) appendFileSync(log, Buffer.concat(output))
    const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-shownLines).join('\n')
    throw new Error(
      `${program} ${args[0] ?? ''} ended with ${signal ?? `code ${code}`}; from ${log}:\n${tail}`,
    )
  }
  return Buffer.concat(output).toString('utf8').trim()
}

/** Like `run`, tried again after a pause: for what fails when a server on the network is not ready to answer. */
export async function runWithRetries(program, args, options = {}) {
  const pausesMs = [2_000, 5_000, 15_000]
  for (const pauseMs of pausesMs) {
    try {
      return await run(program, args, options)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  return await run(program, args, options)
}

/** Whether a program ends well; its output is logged. */
export async function succeeds(program, args, options = {}) {
  return await run(program, args, options).then(
    () => true,
    () => false,
  )
}

/** Runs a program as root: as it is where we are root, otherwise through sudo. */
export async function runAsRoot(program, args, options = {}) {
  if (process.getuid?.() === 0) return await run(program, args, options)
  const command = [program, ...args]
  if (findProgram('sudo') === undefined) throw new Error(`please run as root: ${command.join(' ')}`)
  return await run('sudo', command, options)
}

/** The path of a program on PATH or in the places of the system's own programs. */
export function findProgram(name) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
    .map((directory) => join(directory, name))
    .find((path) => existsSync(path))
}

/** Ends every program that still runs, with its children. */
export function stopEverything() {
  for (const child of running) stop(child)
}

function stop(child) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended in the meantime.
  }
}
