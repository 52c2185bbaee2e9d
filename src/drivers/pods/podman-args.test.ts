import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aContainer, aPod } from '../../../test/rig/pods.ts'
import { formatCommand } from '../../exec/command.ts'
import {
  containerCreateArgs,
  containerName,
  infraName,
  inheritedEnv,
  type PodContext,
  podCreateArgs,
  podName,
} from './podman-args.ts'

const context: PodContext = {
  environment: 'shop-e2e-1',
  network: 'shop-e2e-1',
  labels: { 'dev.kindling.environment': 'shop-e2e-1', 'dev.kindling.service': 'web' },
  hostPorts: new Map([['web.api', 20_111]]),
  volumeDirectory: '/state/volumes',
}

const line = (args: readonly string[]) => formatCommand({ program: 'podman', args })

test('a pod with everything', () => {
  const pod = aPod({
    hostname: 'web-0',
    aliases: ['web', 'web.default'],
    hosts: [{ ip: '10.0.0.1', name: 'legacy' }],
    published: [{ containerPort: 8080, use: 'web.api' }, { containerPort: 9090 }],
  })
  expect(line(podCreateArgs(pod, context)).split(' --')).toMatchInlineSnapshot(`
    [
      "podman pod create",
      "name shop-e2e-1-web",
      "infra-name shop-e2e-1-web__infra",
      "hostname web-0",
      "network shop-e2e-1",
      "share net,ipc,uts",
      "network-alias web",
      "network-alias web.default",
      "add-host legacy:10.0.0.1",
      "publish 127.0.0.1:20111:8080",
      "publish 127.0.0.1::9090",
      "label dev.kindling.environment=shop-e2e-1",
      "label dev.kindling.service=web",
    ]
  `)
})

test('a container with everything', () => {
  const container = aContainer({
    image: 'localhost/shop/api:1',
    entrypoint: ['sh', '-c'],
    args: ['exec "$0"', '--flag'],
    env: { PASSWORD: 'hunter22' },
    mounts: [
      {
        target: '/data',
        readOnly: false,
        source: { kind: 'directory', name: 'default.claim.data', subPath: 'pg' },
      },
      { target: '/tmp', readOnly: false, source: { kind: 'scratch', name: 'default.web.tmp', subPath: '' } },
      {
        target: '/etc/app',
        readOnly: true,
        source: { kind: 'files', name: 'default.web.config', subPath: '' },
      },
      { target: '/host', readOnly: true, source: { kind: 'host', path: '/srv' } },
    ],
    workingDir: '/app',
    user: '10:20',
    groups: [30],
    memoryBytes: 2 ** 26,
    cpus: 0.25,
    readOnlyRoot: true,
    privileged: true,
    addCapabilities: ['NET_ADMIN'],
    dropCapabilities: ['ALL'],
  })
  expect(line(containerCreateArgs(container, aPod(), context)).split(' --')).toMatchInlineSnapshot(`
    [
      "podman create",
      "pod shop-e2e-1-web",
      "name shop-e2e-1-web_app",
      "pull never",
      "restart always",
      "log-driver k8s-file",
      "image-volume ignore",
      "env PASSWORD",
      "volume /state/volumes/directories/default.claim.data/pg:/data:rw,z",
      "volume /state/volumes/directories/default.web.tmp:/tmp:rw,z",
      "volume /state/volumes/files/default.web.config:/etc/app:ro,z",
      "volume /srv:/host:ro",
      "entrypoint '["sh","-c"]'",
      "workdir /app",
      "user 10:20",
      "group-add 30",
      "memory 67108864b",
      "cpus 0.25",
      "read-only",
      "read-only-tmpfs=false",
      "privileged",
      "cap-add NET_ADMIN",
      "cap-drop ALL",
      "label dev.kindling.environment=shop-e2e-1",
      "label dev.kindling.service=web localhost/shop/api:1 'exec "$0"'",
      "flag",
    ]
  `)
})

test('the values of variables are never arguments, whatever the names that are usual for secrets', () => {
  const names = fc.constantFrom(
    ...[
      'PASSWORD',
      'API_KEY',
      'GOOGLE_API_KEY',
      'DOCKER_PASSWORD',
      'REGISTRY_TOKEN',
      'CONTAINER_SECRET',
      'GO_TOKEN',
    ],
  )
  fc.assert(
    fc.property(fc.dictionary(names, fc.constant('hunter22'), { minKeys: 1 }), (env) => {
      const container = aContainer({ env })
      expect(line(containerCreateArgs(container, aPod(), context))).not.toContain('hunter22')
      expect(inheritedEnv(container)).toEqual(env)
    }),
  )
})

test('a variable that podman obeys itself does not reach podman, but the container all the same', () => {
  const env = {
    PATH: '/app/bin',
    HOME: '/app',
    TMPDIR: '/app/tmp',
    CONTAINERS_CONF: '/x',
    LD_PRELOAD: '/y',
    PORT: '80',
  }
  const container = aContainer({ env })
  expect(inheritedEnv(container)).toEqual({ PORT: '80' })
  const args = containerCreateArgs(container, aPod(), context)
  for (const [name, value] of Object.entries(env))
    expect(args).toContain(name === 'PORT' ? name : `${name}=${value}`)
})

test('no name of a pod or container is that of another one', () => {
  const name = fc.stringMatching(/^[ab](?:-?[ab]){0,3}$/)
  const used = fc.uniqueArray(fc.tuple(name, name), { selector: ([pod, container]) => `${pod} ${container}` })
  fc.assert(
    fc.property(used, (pairs) => {
      const pods = [...new Set(pairs.map(([pod]) => podName(context, { name: pod })))]
      const containers = pairs.map(([pod, container]) =>
        containerName(podName(context, { name: pod }), { name: container === 'a' ? 'infra' : container }),
      )
      const all = [...pods, ...pods.map(infraName), ...containers]
      expect(new Set(all).size).toBe(all.length)
    }),
  )
})
