import { afterEach, beforeEach, expect, test } from 'vitest'
import { CommandError } from '../../exec/command-error.ts'
import type { CommandResult, ExecOptions } from '../../exec/exec.ts'
import { LocalExec } from '../../exec/local-exec.ts'
import { ImageServer } from './image-server.ts'
import type { NodeCli } from './node.ts'
import { openRoute, readFacts } from './node-route.ts'

const routes = 'default via 10.89.0.1 dev eth0 proto static metric 100 \n'
const config =
  'version = 2\n    [plugins."io.containerd.grpc.v1.cri".registry]\n      config_path = "/etc/containerd/certs.d"\n'

function node(stdout: string): NodeCli {
  const result: CommandResult = { exitCode: 0, stdout, stderr: '', durationMs: 0 }
  return { name: 'worker', exec: async () => result }
}

test('a node says where this machine is', async () => {
  const facts = await readFacts(node([routes, '/usr/bin/crictl\n', config].join('----\n')), {})
  expect(facts).toEqual({ gateway: '10.89.0.1' })
  const several = config.replace('certs.d"', 'certs.d:/etc/docker/certs.d"')
  expect(await readFacts(node([routes, '/usr/bin/crictl\n', several].join('----\n')), {})).toEqual(facts)
})

test.each([
  ['no route', ['', '/usr/bin/crictl\n', config]],
  ['no crictl', [routes, '', config]],
  ['not configured', [routes, '/usr/bin/crictl\n', config.replace('/etc/containerd/certs.d', '')]],
])('a node that cannot pull says why: %s', async (reason, parts) => {
  await expect(readFacts(node(parts.join('----\n')), {})).rejects.toThrow(reason)
})

/** This machine in the place of a node, but for the directory that the file goes to. */
class LocalNode implements NodeCli {
  readonly name = 'local'
  written: ExecOptions['stdin']

  exec([program = '', ...args]: readonly string[], options: ExecOptions = {}): Promise<CommandResult> {
    this.written = options.stdin
    const own = args.map((arg) => arg.replaceAll('/etc/containerd/certs.d/', '/dev/shm/kindling-test-'))
    const kept = own.map((arg) => arg.replace(/mkdir -p (\S+) && cat > \S+/, 'cat > /dev/null'))
    return new LocalExec().run({ program, args: kept }, options)
  }
}

let server: ImageServer
beforeEach(async () => {
  server = await ImageServer.listen('127.0.0.1')
})
afterEach(() => server.close())

test('a node is told the address and the password, and tries it', async () => {
  const local = new LocalNode()
  await openRoute(local, server, {})
  expect(local.written).toContain(`server = "http://${server.address}"`)
  expect(local.written).toContain(`authorization = "${server.authorization}"`)
})

test('a machine that does not answer is an error', async () => {
  server.close()
  await expect(openRoute(new LocalNode(), server, {})).rejects.toBeInstanceOf(CommandError)
})
