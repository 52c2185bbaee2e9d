import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type FakeAnswer, FakeExec } from '../../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { CommandError } from '../../exec/command-error.ts'
import { type EngineMemory, isOlder, openPodman } from './open-podman.ts'
import { probeExitCode, probeProgram } from './probe-program.ts'

const rlimits = 'Error: runc: error setting rlimit type 7: operation not permitted'

interface Machine {
  readonly version?: string
  /** How a container ends under the machine's own configuration, and under ours. */
  readonly stock?: FakeAnswer
  readonly own?: FakeAnswer
  readonly build?: FakeAnswer
  readonly isInstalled?: boolean
}

const works: FakeAnswer = { exitCode: probeExitCode }
const breaks: FakeAnswer = { exitCode: 126, stderr: rlimits }

/** A machine with a podman that behaves so; a remote one, about whose helper programs nothing is said. */
function machine({
  version = '4.3.1',
  stock = works,
  own = works,
  build = {},
  isInstalled = true,
}: Machine): FakeExec {
  return new FakeExec(({ args, env }) => {
    if (!isInstalled) return undefined
    switch (args[0]) {
      case '--version':
        return { stdout: `podman version ${version}\n` }
      case 'build':
        return build
      case 'run':
        return env?.CONTAINERS_CONF === undefined ? stock : own
      case 'info':
        return { stdout: 'netavark true' }
      default:
        return {}
    }
  })
}

function memoryIn(directory: string): EngineMemory {
  const confFile = join(directory, 'containers.conf')
  const memoryFile = join(directory, 'settings.json')
  return {
    confFile,
    read: () => (existsSync(memoryFile) ? JSON.parse(readFileSync(memoryFile, 'utf8')) : undefined),
    write: (text, to) => writeFileSync(to === 'conf' ? confFile : memoryFile, text),
  }
}

const runs = (exec: FakeExec) => exec.commands.filter(({ args }) => args[0] === 'run').length

describe.runIf(probeProgram(process.arch) !== undefined)('opening podman', () => {
  test.each<[string, Machine, unknown]>([
    ['that is not there', { isInstalled: false }, { problem: { code: 'E_ENGINE_NOT_FOUND' } }],
    [
      'that is too old',
      { version: '3.4.4' },
      { problem: { code: 'E_ENGINE_TOO_OLD', message: 'podman 3.4.4 is too old' } },
    ],
    ['whose own configuration works', {}, { opened: { version: '4.3.1' } }],
    [
      'that works with a configuration of ours alone, with the reason',
      { stock: breaks },
      { opened: { workaround: expect.stringContaining('limits') } },
    ],
    [
      'that does not work either way, with cause, cure and its own words',
      { stock: breaks, own: { exitCode: 126, stderr: 'crun: cgroups in hybrid mode not supported' } },
      {
        problem: {
          code: 'E_ENGINE_UNUSABLE',
          message: expect.stringContaining('cannot start a container here: the OCI runtime crun'),
          hint: expect.stringContaining('runc'),
          detail: 'crun: cgroups in hybrid mode not supported',
        },
      },
    ],
    [
      'that cannot even build',
      { build: { exitCode: 125, stderr: 'no space left on device' } },
      { problem: { message: expect.stringContaining('cannot build an image here: the disk') } },
    ],
  ])('%s', async (_, behaviour, result) => {
    expect(await openPodman(machine(behaviour), memoryIn(temporaryDirectory()))).toMatchObject(
      result as object,
    )
  })

  test('the workaround is used by every later call, and the stock configuration gets no such thing', async () => {
    const memory = memoryIn(temporaryDirectory())
    for (const [stock, expected] of [
      [breaks, { CONTAINERS_CONF: memory.confFile }],
      [works, {}],
    ] as const) {
      const exec = machine({ stock })
      const result = await openPodman(exec, memory, { fresh: true })
      if ('problem' in result) throw new Error(result.problem.message)
      await result.opened.podman.run(['ps'])
      expect(exec.commands.at(-1)?.env).toEqual(expected)
    }
  })

  test('what was found is remembered, and tried again when asked to', async () => {
    const memory = memoryIn(temporaryDirectory())
    await openPodman(machine({ stock: breaks }), memory)
    const second = machine({ stock: breaks })
    expect(await openPodman(second, memory)).toMatchObject({ opened: { workaround: expect.any(String) } })
    expect(runs(second)).toBe(0)
    const fresh = machine({})
    expect(await openPodman(fresh, memory, { fresh: true })).not.toHaveProperty('opened.workaround')
    expect(runs(fresh)).toBe(1)
  })

  test('another podman is tried anew', async () => {
    const memory = memoryIn(temporaryDirectory())
    await openPodman(machine({ version: '4.3.1' }), memory)
    const updated = machine({ version: '5.0.0' })
    await openPodman(updated, memory)
    expect(runs(updated)).toBe(1)
  })

  test('a remembered workaround whose file has gone is tried anew', async () => {
    const first = memoryIn(temporaryDirectory())
    await openPodman(machine({ stock: breaks }), first)
    const remembered = first.read()
    const elsewhere = { ...memoryIn(temporaryDirectory()), read: () => remembered }
    const exec = machine({ stock: breaks })
    await openPodman(exec, elsewhere)
    expect(runs(exec)).toBe(2)
  })

  test('what does not work is not remembered', async () => {
    const memory = memoryIn(temporaryDirectory())
    await openPodman(machine({ stock: breaks, own: breaks }), memory)
    expect(memory.read()).toBeUndefined()
  })

  test('the probe leaves no image behind, also when it fails', async () => {
    const exec = machine({ stock: breaks, own: breaks })
    await openPodman(exec, memoryIn(temporaryDirectory()))
    const tags = exec.lines.flatMap((line) => /^podman build .*--tag (\S+)/.exec(line)?.[1] ?? [])
    expect(tags).toHaveLength(2)
    for (const tag of tags) expect(exec.lines).toContain(`podman rmi --force ${tag}`)
  })

  test('an interrupt is not taken for an answer', async () => {
    const abort = new AbortController()
    const exec = new FakeExec(({ args }) => {
      if (args[0] === '--version') return { stdout: 'podman version 4.3.1' }
      if (args[0] === 'build') abort.abort()
      return args[0] === 'build' ? { reason: 'cancelled' } : {}
    })
    const memory = memoryIn(temporaryDirectory())
    await expect(openPodman(exec, memory, { signal: abort.signal })).rejects.toBeInstanceOf(CommandError)
    expect(memory.read()).toBeUndefined()
  })
})

test('versions are compared by their numbers', () => {
  expect(isOlder('4.3.0', '4.3.0')).toBe(false)
  expect(isOlder('4.10.0', '4.9.9')).toBe(false)
  expect(isOlder('4.2.9', '4.3.0')).toBe(true)
  expect(isOlder('3.9.9', '4.0.0')).toBe(true)
})

test('who interrupts does not wait for a podman that hangs, not even where all is remembered', async () => {
  const memory = memoryIn(temporaryDirectory())
  await openPodman(machine({ version: '4.3.1' }), memory)
  const exec = machine({ version: '4.3.1' })
  const interrupted = openPodman(exec, memory, { signal: AbortSignal.abort() })
  await expect(interrupted).rejects.toMatchObject({ reason: 'cancelled' })
  expect(exec.commands).toEqual([])
})
