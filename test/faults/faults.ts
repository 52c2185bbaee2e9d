import { setTimeout as sleep } from 'node:timers/promises'
import type { Ended, RunningCommand } from '../rig/project.ts'
import { kill, type Playground } from './playground.ts'
import type { Random } from './random.ts'
import { testMark } from './tiny-system.ts'

/** What was going on when the fault happens. */
export const scenarios = ['test', 'up', 'change', 'build', 'down'] as const

export type Scenario = (typeof scenarios)[number]

/** Something that goes wrong at a random moment of a command. */
export interface Fault {
  readonly name: string
  /** Where it makes sense; everywhere by default. */
  readonly scenarios?: readonly Scenario[]
  /** Variables of the command. */
  readonly env?: Readonly<Record<string, string>>
  readonly needsDisk?: boolean
  /** Codes with which the command may end; `null` is a signal. */
  readonly exitCodes: readonly (number | null)[]
  /** Whether nothing may be left even before `gc`. */
  readonly leavesNothing?: boolean
  strike(context: FaultContext): Promise<void>
}

export interface FaultContext {
  readonly playground: Playground
  readonly command: RunningCommand
  readonly random: Random
}

/** npm doubles a Ctrl-C within a second; a person's second one comes later. */
const secondInterruptMs = 1_200
/** A person who waits this long for a command that hangs, milliseconds. */
const patienceMs = 6_000

/** Not its DNS server, which serves whoever has containers on this machine. */
const engines = /^(podman|conmon|runc|crun|netavark|exe|buildah)/

/** Waits for a process of the command that fits, and gives up when the command ends. */
async function victim(
  { playground, command, random }: FaultContext,
  fits: (process: ReturnType<Playground['processes']>[number]) => boolean,
): Promise<number | undefined> {
  let hasEnded = false
  void command.ended.then(() => {
    hasEnded = true
  })
  while (!hasEnded) {
    const fitting = playground.processes().filter((process) => process.pid !== command.pid && fits(process))
    if (fitting.length > 0) return random.pick(fitting).pid
    await sleep(10)
  }
  return undefined
}

async function endsWithin(ended: Promise<Ended>, ms: number): Promise<boolean> {
  return Promise.race([ended.then(() => true), sleep(ms, false)])
}

export const faults: readonly Fault[] = [
  {
    name: 'kill -9',
    exitCodes: [null, 0],
    leavesNothing: true,
    strike: async ({ command }) => command.signal('SIGKILL'),
  },
  {
    name: 'Ctrl-C twice',
    exitCodes: [130, 0, null],
    leavesNothing: true,
    strike: async ({ playground, command }) => {
      command.signal('SIGINT')
      if (await endsWithin(command.ended, secondInterruptMs)) return
      command.signal('SIGINT')
      await command.ended
      playground.removePodmansOwn()
    },
  },
  {
    name: 'engine killed',
    exitCodes: [0, 1, 3, 5],
    strike: async (context) => {
      const pid = await victim(context, ({ name }) => engines.test(name))
      if (pid !== undefined) kill(pid)
    },
  },
  {
    name: 'disk full',
    needsDisk: true,
    exitCodes: [0, 1, 3, 5, 130],
    strike: async ({ playground, command }) => {
      const release = playground.fill()
      try {
        if (await endsWithin(command.ended, patienceMs)) return
        command.signal('SIGINT')
        await command.ended
      } finally {
        release()
        playground.removePodmansOwn()
      }
    },
  },
  {
    name: 'kill -9 without a reaper',
    env: { KINDLING_REAPER: 'off' },
    exitCodes: [null, 0],
    strike: async ({ command }) => command.signal('SIGKILL'),
  },
  {
    name: 'Ctrl-C',
    exitCodes: [130, 0, null],
    leavesNothing: true,
    strike: async ({ command }) => command.signal('SIGINT'),
  },
  {
    name: 'tests killed',
    scenarios: ['test'],
    exitCodes: [0, 5],
    leavesNothing: true,
    strike: async (context) => {
      const pid = await victim(context, ({ commandLine }) => commandLine.includes(testMark))
      if (pid !== undefined) kill(pid)
    },
  },
  {
    name: 'tests hang',
    scenarios: ['test'],
    env: { TESTS_LAST: '3600' },
    exitCodes: [5],
    leavesNothing: true,
    strike: async () => {},
  },
  {
    name: 'a process hangs',
    exitCodes: [0, 1, 3, 5, 130],
    strike: async (context) => {
      const pid = await victim(
        context,
        ({ name, commandLine }) => engines.test(name) || commandLine.includes(testMark),
      )
      if (pid !== undefined) kill(pid, 'SIGSTOP')
      if (await endsWithin(context.command.ended, patienceMs)) return
      context.command.signal('SIGINT')
    },
  },
]
