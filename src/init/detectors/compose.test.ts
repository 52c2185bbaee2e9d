import { expect, test } from 'vitest'
import { memoryRepository } from '../../../test/rig/memory-repository.ts'
import { compose } from './compose.ts'

function read(text: string, files: Readonly<Record<string, string>> = {}) {
  const findings = compose.detect('compose.yaml', text, memoryRepository({ 'compose.yaml': text, ...files }))
  const [file] = findings.flatMap((finding) => (finding.kind === 'compose' ? [finding] : []))
  return {
    builds: findings.filter(({ kind }) => kind === 'build'),
    services: file?.services ?? [],
    notes: file?.notes,
  }
}

test('both forms of everything are read: variables, ports, needs, commands, healthchecks', () => {
  const { services } = read(`services:
  a:
    image: a:1
    environment: [X=1, "Y=a=b"]
    ports: ["127.0.0.1:8080:80/tcp", "53:53/udp", { target: 90, published: 9090 }]
    depends_on: [b]
    command: serve --port 80
    healthcheck: { test: curl -f localhost }
  b:
    image: b:1
    environment: { X: 1, Y: true }
    expose: [5432]
    depends_on: { c: { condition: service_completed_successfully } }
    entrypoint: [run]
    healthcheck: { test: [CMD, check, "$$HOME"] }
  c: { image: "c:1" }
`)
  expect(services).toMatchObject([
    {
      env: { X: '1', Y: 'a=b' },
      ports: [
        { port: 80, isPublished: true },
        { port: 90, isPublished: true },
      ],
      needs: ['b'],
      command: ['serve', '--port', '80'],
      healthcheck: ['sh', '-c', 'curl -f localhost'],
      isJob: false,
    },
    {
      env: { X: '1', Y: 'true' },
      ports: [{ port: 5432, isPublished: false }],
      needs: ['c'],
      entrypoint: ['run'],
      healthcheck: ['check', '$HOME'],
    },
    { isJob: true },
  ])
})

test('variables have their defaults, and what the .env of the repository says', () => {
  const { services, notes } = read(
    'services:\n  a:\n    image: "a:${TAG:-1}"\n    environment: { NAME: "${NAME}", COST: "$$5", KEY: "${KEY:?is needed}" }\n',
    { '.env': 'NAME="of the file"\n' },
  )
  expect(services).toMatchObject([{ image: 'a:1', env: { NAME: 'of the file', COST: '$5' } }])
  expect(notes).toEqual(['compose.yaml: a has KEY from the machine it is started on'])
})

test('files of settings are mounted, code is not, and what git ignores is never read', () => {
  const { services, notes } = read(
    `services:
  a:
    build: web
    env_file: [web.env, secret.env]
    volumes: ["./conf/a.conf:/etc/a.conf:ro", "./sql:/sql", "./web:/app", "data:/data", "/tmp", "/var/run/docker.sock:/s"]
`,
    { 'web/Dockerfile': 'FROM a\n', 'web.env': 'A=1\n', 'conf/a.conf': 'x', 'sql/1.sql': 'y' },
  )
  expect(services).toMatchObject([
    {
      env: { A: '1' },
      files: [
        { path: 'conf/a.conf', target: '/etc/a.conf' },
        { path: 'sql/1.sql', target: '/sql/1.sql' },
      ],
      volumes: ['/data', '/tmp'],
    },
  ])
  expect(notes?.join('\n')).toMatch(/secret\.env.*\n.*\.\/web at \/app.*\n.*docker\.sock/)
})

test('a build is found with its context, target and arguments', () => {
  const { builds } = read(
    'services:\n  web:\n    image: shop/web\n    build: { context: ./web, dockerfile: prod.Dockerfile, target: run, args: [MODE=x, HOME] }\n',
    { 'web/prod.Dockerfile': 'FROM a\n' },
  )
  expect(builds).toMatchObject([
    {
      ...{ name: 'web', repository: 'shop/web', dockerfile: 'web/prod.Dockerfile', context: 'web' },
      ...{ target: 'run', args: { MODE: 'x' }, unknown: ['HOME'] },
    },
  ])
})

test.each([
  '',
  'services: 3\n',
  'services: { a: }\n',
  'services: { a: [1], b: { image: [], ports: 3 } }\n',
  '- x\n',
])('nonsense is no service: %j', (text) => {
  expect(read(text).services).toEqual([])
})
