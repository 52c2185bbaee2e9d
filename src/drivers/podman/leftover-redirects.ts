import { CommandError } from '../../exec/command-error.ts'
import type { Exec } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'

/** A rule by which netavark, podman's network program, leads a port of the host into a container. */
const redirect = /^-A (NETAVARK-(?:HOSTPORT-DNAT|DN-\w+) .*--dport (\d+) .*)$/

/**
 * Removes the redirects of ports that no container has any more. A podman that is killed between making a container's
 * network and writing that down leaves them for ever, and whoever gets such a port next is led nowhere. Only for ports
 * whose holder has seen to it that all its containers are gone. Resolves with the ports that had some.
 */
export async function removeLeftoverRedirects(
  exec: Exec,
  ports: readonly number[],
  options: CallOptions,
): Promise<readonly number[]> {
  // Containers of others have a network namespace of podman's, which goes with the last of them.
  if (ports.length === 0 || process.getuid?.() !== 0) return []
  const rules = await leftovers(exec, ports, options)
  if (rules.length === 0) return []
  const lines = rules.map(({ rule }) => `-D ${rule}`)
  const stdin = `*nat\n${lines.join('\n')}\nCOMMIT\n`
  await exec.run({ program: 'iptables-restore', args: ['--noflush', '--wait'] }, { ...options, stdin })
  return [...new Set(rules.map(({ port }) => port))]
}

async function leftovers(exec: Exec, ports: readonly number[], options: CallOptions) {
  try {
    const { stdout } = await exec.run(
      { program: 'iptables-save', args: ['-t', 'nat'] },
      { ...options, isData: true },
    )
    return stdout.split('\n').flatMap((line) => {
      const [, rule, port] = redirect.exec(line) ?? []
      return rule !== undefined && ports.includes(Number(port)) ? [{ rule, port: Number(port) }] : []
    })
  } catch (error) {
    // Without the program, no rule was made with it.
    if (error instanceof CommandError && error.reason === 'spawn') return []
    throw error
  }
}
