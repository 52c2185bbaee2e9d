import { CommandError } from '../../exec/command-error.ts'
import type { CallOptions } from '../container-engine.ts'
import type { Podman } from '../podman/podman.ts'
import type { PodPlan } from './pod-plan.ts'
import {
  containerCreateArgs,
  containerName,
  infraName,
  inheritedEnv,
  type PodContext,
  podCreateArgs,
  podName,
} from './podman-args.ts'
import { layVolumes } from './volume-files.ts'

/** An init container that did not end well. */
export class InitContainerFailed extends Error {
  override readonly name = 'InitContainerFailed'
  readonly output: string

  constructor(container: string, exitCode: number, output: string) {
    super(`init container ${container} exited with code ${exitCode}`)
    this.output = output
  }
}

/**
 * Creates a pod and starts it: its network first, then the redirects of its Services' ports, the init containers one
 * after another, and all others at once. What stands half-made after a failure is for the caller to remove.
 */
export async function runPod(
  podman: Podman,
  pod: PodPlan,
  context: PodContext,
  options: CallOptions,
): Promise<void> {
  const name = podName(context, pod)
  await layVolumes(podman, pod, context.volumeDirectory)
  await podman.run(podCreateArgs(pod, context), options)
  for (const container of [...pod.initContainers, ...pod.containers]) {
    await podman.run(containerCreateArgs(container, pod, context), {
      ...options,
      env: inheritedEnv(container),
    })
  }
  if (pod.redirects.length > 0 || pod.initContainers.length > 0) {
    await podman.run(['start', infraName(name)], options)
    await redirectPorts(podman, pod, name, options)
    for (const container of pod.initContainers) {
      await runToCompletion(podman, containerName(name, container), container.name, options)
    }
  }
  await podman.run(['start', ...pod.containers.map((container) => containerName(name, container))], options)
}

async function runToCompletion(
  podman: Podman,
  container: string,
  label: string,
  options: CallOptions,
): Promise<void> {
  await podman.run(['start', container], options)
  const { stdout } = await podman.run(['wait', container], { ...options, isData: true })
  const exitCode = Number(stdout.trim())
  if (exitCode === 0) return
  const { stdout: out, stderr } = await podman.run(['logs', '--tail', '40', container], options)
  throw new InitContainerFailed(label, exitCode, [out, stderr].filter(Boolean).join('\n'))
}

/**
 * Where a Service's port differs from its pods', the pod's own network sends it on: `kube-proxy` in one rule. Both
 * for what arrives from other pods and for what the pod itself sends to its Service.
 */
async function redirectPorts(
  podman: Podman,
  pod: PodPlan,
  name: string,
  options: CallOptions,
): Promise<void> {
  if (pod.redirects.length === 0) return
  const { stdout } = await podman.run(['inspect', '--format', '{{.State.Pid}}', infraName(name)], {
    ...options,
    isData: true,
  })
  for (const { from, to } of pod.redirects) {
    const rule = ['-p', 'tcp', '--dport', `${from}`, '-j', 'REDIRECT', '--to-ports', `${to}`]
    for (const chain of [['PREROUTING'], ['OUTPUT', '-m', 'addrtype', '--dst-type', 'LOCAL']]) {
      // `podman unshare` enters the user namespace that owns the network when podman runs without root.
      const inNetwork = ['nsenter', '--target', stdout.trim(), '--net', 'iptables', '-t', 'nat', '-A']
      try {
        await podman.runInNamespace([...inNetwork, ...chain, ...rule], options)
      } catch (error) {
        if (!(error instanceof CommandError) || error.reason === 'cancelled') throw error
        throw new RedirectFailed(pod.name, from, to, error)
      }
    }
  }
}

/** The host cannot redirect a Service's port; what iptables said is the cause. */
export class RedirectFailed extends Error {
  override readonly name = 'RedirectFailed'

  constructor(pod: string, from: number, to: number, cause: CommandError) {
    super(
      `port ${from} of the Service could not be led to port ${to} of ${pod}: ${cause.tail || cause.message}`,
      {
        cause,
      },
    )
  }
}
