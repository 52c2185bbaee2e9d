import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { identify } from '../../src/exec/process-tree.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'

const sentinel = JSON.stringify(new URL('../../dist/exec/sentinel.js', import.meta.url))

/** A process with a sentinel that writes a file, and does with it what the code says. */
async function startOwner(code: string): Promise<{ owner: ChildProcess; file: string; sentinelPid: number }> {
  const file = join(temporaryDirectory(), 'ran')
  const owner = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { startSentinel } from ${sentinel}
       import { readdirSync, readFileSync } from 'node:fs'
       const dismiss = startSentinel({ program: 'sh', args: ['-c', ${JSON.stringify(`echo ran > ${file}`)}] })
       const children = readFileSync(\`/proc/self/task/\${process.pid}/children\`, 'utf8')
       console.log(children.trim())
       ${code}`,
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void owner.kill('SIGKILL'))
  const [chunk] = (await once(owner.stdout as NonNullable<typeof owner.stdout>, 'data')) as [Buffer]
  return { owner, file, sentinelPid: Number(chunk.toString().trim().split(' ').at(-1)) }
}

/** Resolves when a process ignores SIGHUP, SIGINT and SIGTERM: the mask has a bit for each, the lowest for number 1. */
async function ignores(pid: number): Promise<void> {
  const wanted = [1, 2, 15].reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n)
  for (;;) {
    const [, mask = '0'] = /^SigIgn:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    if ((BigInt(`0x${mask}`) & wanted) === wanted) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function gone(pid: number): Promise<void> {
  while (identify(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20))
}

const stays = 'setInterval(() => {}, 1000)'

test('C10: what stands by runs its command as soon as its owner was killed', async () => {
  const { owner, file, sentinelPid } = await startOwner(stays)
  expect(identify(sentinelPid)).toBeDefined()
  owner.kill('SIGKILL')
  await gone(sentinelPid)
  expect(readFileSync(file, 'utf8')).toBe('ran\n')
})

test('what was dismissed ends, and does nothing', async () => {
  const { owner, file, sentinelPid } = await startOwner(`dismiss(); ${stays}`)
  await gone(sentinelPid)
  owner.kill('SIGKILL')
  expect(existsSync(file)).toBe(false)
})

test('it keeps nobody from ending, and an end without a word is one', async () => {
  const { owner, file, sentinelPid } = await startOwner('')
  if (owner.exitCode === null) await once(owner, 'exit')
  await gone(sentinelPid)
  expect(existsSync(file)).toBe(true)
})

test('what ends all of a terminal or a job does not end it', async () => {
  const { owner, file, sentinelPid } = await startOwner(stays)
  // A group and a session of its own, which signals to those of its owner do not reach; and these it ignores.
  const [group, session] = readFileSync(`/proc/${sentinelPid}/stat`, 'utf8').split(' ').slice(4)
  expect([group, session]).toEqual([`${sentinelPid}`, `${sentinelPid}`])
  await ignores(sentinelPid)
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(sentinelPid, signal)
  owner.kill('SIGKILL')
  await gone(sentinelPid)
  expect(existsSync(file)).toBe(true)
})
