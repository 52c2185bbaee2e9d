import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import type { ExecOptions } from '../exec/exec.ts'
import { Docker } from './docker/docker.ts'
import { Podman } from './podman/podman.ts'
import { unattendedLimitMs } from './unattended.ts'

const { signal } = new AbortController()

test.each([Podman, Docker])(
  '%o: a call that nobody can cancel has a limit, and only that',
  async (Engine) => {
    const limits: (number | undefined)[] = []
    const exec = new FakeExec((_, { timeoutMs }) => {
      limits.push(timeoutMs)
      return {}
    })
    const calls: (ExecOptions | undefined)[] = [undefined, { isData: true }, { signal }, { timeoutMs: 5 }]
    for (const options of calls) await new Engine(exec).run(['info'], options)
    expect(limits).toEqual([unattendedLimitMs, unattendedLimitMs, undefined, 5])
  },
)
