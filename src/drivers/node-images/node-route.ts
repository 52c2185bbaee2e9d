import { isIPv4 } from 'node:net'
import type { CallOptions } from '../container-engine.ts'
import type { ImageServer } from './image-server.ts'
import type { NodeCli } from './node.ts'

/** Where containerd of a node looks up how to reach a registry; Kindling's Kind configs ask for it. */
const hostsDirectory = '/etc/containerd/certs.d'

/** No name that anybody could have: what it stands for is only in the nodes' configuration. */
export const registryHost = 'images.kindling.invalid'

/** What a node that can pull from this machine has. */
export interface NodeFacts {
  /** The address at which this machine may be reached. */
  readonly gateway: string
}

const askFacts =
  'ip -4 route show default && echo ---- && (command -v crictl || true) && echo ---- && containerd config dump'

/** Milliseconds would do where nothing is between the two. */
const answerWithinSeconds = 3

/** Asks a node what pulling needs. Rejects with an error that says what it lacks, or with `CommandError`. */
export async function readFacts(node: NodeCli, { signal }: CallOptions): Promise<NodeFacts> {
  const { stdout } = await node.exec(['sh', '-c', askFacts], {
    isData: true,
    ...(signal === undefined ? {} : { signal }),
  })
  const [routes = '', programs = '', config = ''] = stdout.split('----\n')
  const gateway = /\bvia (\S+)/.exec(routes)?.[1]
  if (gateway === undefined || !isIPv4(gateway)) throw new Error(`${node.name} has no route to this machine`)
  if (!/\/crictl$/m.test(programs)) throw new Error(`${node.name} has no crictl`)
  const paths = /^\s*config_path = ["'](.*)["']$/m.exec(config)?.[1] ?? ''
  if (!paths.split(':').includes(hostsDirectory))
    throw new Error(`containerd of ${node.name} is not configured to look into ${hostsDirectory}`)
  return { gateway }
}

/** Tells a node how to reach the server, and tries it. Rejects with `CommandError`. */
export async function openRoute(
  node: NodeCli,
  { address, authorization }: ImageServer,
  { signal }: CallOptions,
): Promise<void> {
  const host = `[host."http://${address}"]`
  const hosts = [
    `server = "http://${address}"`,
    host,
    'capabilities = ["pull", "resolve"]',
    `[host."http://${address}".header]`,
    `authorization = "${authorization}"`,
    '',
  ].join('\n')
  const directory = `${hostsDirectory}/${registryHost}`
  // A firewall between the two drops what it does not like: then there is no answer at all.
  const script = `umask 077 && mkdir -p ${directory} && cat > ${directory}/hosts.toml &&
timeout ${answerWithinSeconds} bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2"`
  await node.exec(['sh', '-c', script, 'sh', ...address.split(':')], {
    stdin: hosts,
    isData: true,
    ...(signal === undefined ? {} : { signal }),
  })
}
