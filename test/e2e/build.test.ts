import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { engineSnapshot, processesAppear, processesWith } from '../rig/engine-snapshot.ts'
import { type Ended, Project } from '../rig/project.ts'
import { baseImage, smallSystem } from '../rig/small-system.ts'

interface Built {
  readonly runDirectory: string
  readonly images: Readonly<
    Record<string, { reference: string; id: string; fingerprint: string; outcome: string }>
  >
}

const rootfsScript = smallSystem()['base/rootfs.sh'] ?? ''

/** Images of a context each, all on one base; \`lines\` are added to their Dockerfiles. */
function images(lines: Readonly<Record<string, string>>, options = ''): Record<string, string> {
  const names = Object.keys(lines)
  const files: Record<string, string> = {
    'base/rootfs.sh': rootfsScript,
    'kindling.yaml': [
      'apiVersion: kindling/v1alpha1\nproject: small\nimages:',
      `  ${baseImage}`,
      ...names.map(
        (name) =>
          `  ${name}: { dockerfile: ${name}/Dockerfile, context: ${name}, args: { BASE: "\${images.node-base.ref}" }${options} }`,
      ),
      '',
    ].join('\n'),
  }
  for (const [name, line] of Object.entries(lines)) {
    files[`${name}/Dockerfile`] = `ARG BASE\nFROM \${BASE}\nCOPY file /file\n${line}\n`
    files[`${name}/file`] = name
    files[`${name}/.dockerignore`] = 'ignored\n'
  }
  return files
}

function builtBy(ended: Ended): Built {
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
  return JSON.parse(ended.stdout) as Built
}

const outcomesOf = (built: Built) =>
  Object.fromEntries(Object.entries(built.images).map(([name, { outcome }]) => [name, outcome]))

beforeAll(async () => {
  // The base image is kept from here on; it is no leftover of what follows.
  await using project = new Project(images({ first: 'RUN true' }))
  expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
})

test('unchanged images get new names and are not built; a changed one is built alone', async () => {
  await using project = new Project(images({ a: 'RUN echo a > /a', b: 'RUN echo b > /b' }))
  const first = builtBy(await project.kindling('build', '--output', 'json'))
  expect(outcomesOf(first)).toEqual({ a: 'built', b: 'built' })

  project.write('a/ignored', 'changes nothing')
  const second = builtBy(await project.kindling('build', '--output', 'json'))
  expect(outcomesOf(second)).toEqual({ a: 'reused', b: 'reused' })
  expect(second.images.a?.id).toBe(first.images.a?.id)
  expect(second.images.a?.reference).not.toBe(first.images.a?.reference)
  expect(readFileSync(join(project.root, '.kindling/images.env'), 'utf8')).toContain(
    `KINDLING_IMAGE_A=${second.images.a?.reference}\n`,
  )

  project.write('b/file', 'changed')
  const third = builtBy(await project.kindling('build', '--output', 'json'))
  expect(outcomesOf(third)).toEqual({ a: 'reused', b: 'built' })

  const fresh = builtBy(await project.kindling('build', 'a', '--fresh', '--output', 'json'))
  expect(outcomesOf(fresh)).toEqual({ a: 'built' })
})

function isThere(reference: string): boolean {
  try {
    execFileSync('podman', ['image', 'exists', reference], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('what Kindling keeps in the repository is no part of a context that is the whole of it', async () => {
  await using project = new Project(smallSystem({ '.dockerignore': '' }))
  project.write('Dockerfile', `${smallSystem().Dockerfile}COPY . /all\n`)
  builtBy(await project.kindling('build', '--output', 'json'))
  const second = builtBy(await project.kindling('build', '--output', 'json'))
  expect(outcomesOf(second)).toEqual({ web: 'reused' })
  const run = ['run', '--rm', '--network=none', second.images.web?.reference ?? '', 'ls', '-A', '/all']
  const conf = join(project.stateDirectory, 'podman/containers.conf')
  const env = existsSync(conf) ? { ...process.env, CONTAINERS_CONF: conf } : process.env
  const listing = execFileSync('podman', run, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] })
  expect(listing).toContain('server.js')
  expect(listing).not.toContain('.kindling')
})

test('an image of ours that a Dockerfile names, also through an argument, is built first and is this one', async () => {
  const files = smallSystem({
    'base.Dockerfile': 'ARG BASE\nFROM ${BASE}\nRUN echo ours > /ours\n',
    Dockerfile:
      'ARG OURS=small/base\nFROM ${OURS}\nRUN cat /ours\nCOPY --from=small/base:latest /ours /again\n',
    '.dockerignore': '*\n',
  })
  const config = (files['kindling.yaml'] ?? '').replace(
    '  web: { dockerfile: Dockerfile, args: { BASE: "${images.node-base.ref}" } }',
    '  web: { dockerfile: Dockerfile }\n  base: { dockerfile: base.Dockerfile, args: { BASE: "${images.node-base.ref}" } }',
  )
  await using project = new Project({ ...files, 'kindling.yaml': config })
  const built = builtBy(await project.kindling('build', 'web', '--output', 'json', '--cleanup'))
  expect(outcomesOf(built)).toEqual({ base: 'built', web: 'built' })
})

test('I9, I16: of two builds of one image at the same moment one builds; removing the name of one keeps the other', async () => {
  await using project = new Project(images({ slow: 'RUN sleep 2' }))
  const both = await Promise.all([
    project.kindling('build', '--output', 'json'),
    project.kindling('build', '--output', 'json', '--cleanup'),
  ])
  const [kept, cleaned] = both.map(builtBy) as [Built, Built]
  expect([kept, cleaned].map(({ images: made }) => made.slow?.outcome).sort()).toEqual(['built', 'reused'])
  expect(kept.images.slow?.id).toBe(cleaned.images.slow?.id)
  expect(kept.images.slow?.reference).not.toBe(cleaned.images.slow?.reference)
  expect(isThere(kept.images.slow?.reference ?? '')).toBe(true)
  expect(isThere(cleaned.images.slow?.reference ?? '')).toBe(false)
})

/** Names of tasks in the order in which they started and ended. */
async function order(runDirectory: string): Promise<string[]> {
  const lines: string[] = []
  for (const event of await readEvents(join(runDirectory, 'events.ndjson'))) {
    if (event.type === 'task-started') lines.push(`+${event.task}`)
    if (event.type === 'task-finished') lines.push(`-${event.task}`)
  }
  return lines.filter((line) => line.includes('build:'))
}

test('M6: builds run side by side, within the jobs they are given', async () => {
  await using project = new Project(images({ a: 'RUN sleep 1', b: 'RUN sleep 1', c: 'RUN sleep 1' }))
  const parallel = builtBy(await project.kindling('build', '--output', 'json', '--cleanup'))
  expect((await order(parallel.runDirectory)).slice(0, 3)).toEqual(['+build:a', '+build:b', '+build:c'])
  const one = builtBy(
    await project.kindling('build', '--fresh', '--jobs', '1', '--output', 'json', '--cleanup'),
  )
  const serial = await order(one.runDirectory)
  expect(serial.map((line) => line[0]).join('')).toBe('+-+-+-')
})

test('what an instruction costs is told of the very first run already, by what that has measured', async () => {
  await using project = new Project(images({ slow: 'RUN sleep 2' }))
  const { stderr, exitCode } = await project.kindling('build', '--cleanup')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stderr).toMatch(
    /how much sooner the run would end without\nRUN sleep 2, .*Dockerfile:\d+: [\d.]+s of /,
  )
})

test('what took longest before starts first', async () => {
  await using project = new Project(images({ a: 'RUN true', b: 'RUN true', slow: 'RUN sleep 3' }))
  builtBy(await project.kindling('build', '--jobs', '1', '--output', 'json', '--cleanup'))
  const second = builtBy(
    await project.kindling('build', '--fresh', '--jobs', '1', '--output', 'json', '--cleanup'),
  )
  expect((await order(second.runDirectory))[0]).toBe('+build:slow')
})

test('arguments for coverage reach the build, and never share a fingerprint with a plain one', async () => {
  const options = ', coverage: { args: { MODE: covered } }'
  await using project = new Project(images({ a: 'ARG MODE=plain\nENV MODE=${MODE}' }, options))
  const plain = builtBy(await project.kindling('build', '--output', 'json'))
  const covered = builtBy(await project.kindling('build', '--coverage', '--output', 'json'))
  project.env = { E2E_COVERAGE: 'true' }
  const byVariable = builtBy(await project.kindling('build', '--output', 'json'))
  const modeOf = ({ images: made }: Built) =>
    execFileSync('podman', ['image', 'inspect', '--format', '{{.Config.Env}}', made.a?.reference ?? ''], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  expect(modeOf(plain)).toContain('MODE=plain')
  expect(modeOf(covered)).toContain('MODE=covered')
  expect(covered.images.a?.fingerprint).not.toBe(plain.images.a?.fingerprint)
  expect(byVariable.images.a).toMatchObject({
    outcome: 'reused',
    fingerprint: covered.images.a?.fingerprint,
  })
})

test('a secret is there for its instruction alone: in no layer, no output and no fingerprint', async () => {
  const options = ', secrets: { token: { env: KINDLING_TEST_TOKEN }, file: { file: secret.txt } }'
  const line =
    'RUN --mount=type=secret,id=token --mount=type=secret,id=file cat /run/secrets/token && wc -c < /run/secrets/file > /size'
  await using project = new Project({ ...images({ a: line }, options), 'secret.txt': 'of seventeen chars' })
  project.env = { KINDLING_TEST_TOKEN: 'extremely-confidential' }
  const first = await project.kindling('build', '--output', 'json')
  const built = builtBy(first)
  const logs = readFileSync(join(built.runDirectory, 'logs/build-a.log'), 'utf8')
  expect(logs).toContain('***')
  for (const said of [logs, first.stderr]) expect(said).not.toContain('extremely-confidential')
  project.env = { KINDLING_TEST_TOKEN: 'another-confidential' }
  expect(outcomesOf(builtBy(await project.kindling('build', '--output', 'json')))).toEqual({ a: 'reused' })
  project.env = { KINDLING_TEST_TOKEN: undefined }
  const missing = await project.kindling('build')
  expect(missing.exitCode).toBe(2)
  expect(missing.stderr).toContain('KINDLING_TEST_TOKEN')
})

test('a tag can be given; the flag wins over the variable', async () => {
  await using project = new Project(images({ a: 'RUN true' }))
  project.env = { IMAGE_TAG: 'from-variable' }
  const byVariable = builtBy(await project.kindling('build', '--output', 'json'))
  expect(byVariable.images.a?.reference).toBe('localhost/small/a:from-variable')
  const byFlag = builtBy(await project.kindling('build', '--tag', 'from-flag', '--output', 'json'))
  expect(byFlag.images.a).toMatchObject({ reference: 'localhost/small/a:from-flag', outcome: 'reused' })
  expect(await project.kindling('build', '--tag', 'not a tag')).toMatchObject({ exitCode: 2, stdout: '' })
})

test('Ctrl-C during builds leaves no container, no image, no temporary file and no process', async () => {
  await using project = new Project(
    images({ a: 'RUN echo first > /first\nRUN sleep 87654', b: 'RUN sleep 87654' }),
  )
  const before = engineSnapshot()
  const build = project.start('build')
  await build.until(/build:b\s+started/)
  await processesAppear('sleep 87654', 2, build)
  build.signal('SIGINT')
  expect(await build.ended).toMatchObject({ exitCode: 130, stdout: '' })
  expect(engineSnapshot()).toEqual(before)
  expect(processesWith('sleep 87654')).toEqual([])
  expect(project.everything().filter((file) => /state\/environments\/.|\/tmp(\/|$)/.test(file))).toEqual([])
})

test('M1: an engine that is killed during a build is told, and that build is made again', async () => {
  const before = engineSnapshot()
  await using project = new Project(images({ a: 'RUN sleep 7.6543', b: 'RUN true' }))
  const build = project.start('build')
  await build.until(/build:a\s+started/)
  await processesAppear('sleep 7.6543', 1, build)
  const [engine] = processesWith(join(project.root, 'a')).filter((line) => / podman build /.test(line))
  process.kill(Number.parseInt(engine ?? '', 10), 'SIGKILL')
  const { exitCode, stderr } = await build.ended
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stderr).toMatch(/build:a\s+attempt 1 failed: .*podman was ended by SIGKILL/)
  expect(stderr).toMatch(/build:a\s.*succeeded, 2 attempts/)
  expect(processesWith('sleep 7.6543')).toEqual([])
  expect(engineSnapshot().containers).toEqual(before.containers)
  expect(await project.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
})

test('a build that hangs ends at its time limit, and leaves no container', async () => {
  const { containers } = engineSnapshot()
  await using project = new Project(images({ a: 'RUN sleep 76543' }, ', timeout: 2s'))
  const { exitCode, stderr } = await project.kindling('build')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/build:a did not finish within its limit of 2\.0s/)
  expect(stderr).toContain('RUN sleep 76543')
  expect(processesWith('sleep 76543')).toEqual([])
  expect(engineSnapshot().containers).toEqual(containers)
})

test('with --fail-fast the others are cancelled; without it they are finished and told', async () => {
  await using project = new Project(images({ bad: 'RUN sleep 1; exit 4', good: 'RUN sleep 3' }))
  const fast = await project.kindling('build', '--fail-fast', '--output', 'json')
  expect(fast.exitCode).toBe(1)
  expect(fast.stderr).toMatch(/build:good\s+cancelled/)
  const all = await project.kindling('build', '--output', 'json')
  expect(all.exitCode).toBe(1)
  expect(outcomesOf(JSON.parse(all.stdout) as Built)).toEqual({ good: 'built' })
  expect(existsSync(join(project.root, '.kindling/images.env'))).toBe(true)
})

test('`gc --all` removes what was built and nobody took away, and what has lost its name', async () => {
  await using project = new Project(images({ a: 'RUN true' }))
  const renamed = builtBy(await project.kindling('build', '--tag', 'moves', '--output', 'json'))
  builtBy(await project.kindling('build', '--tag', 'moves', '--fresh', '--output', 'json'))
  expect(isThere(renamed.images.a?.id ?? '')).toBe(true)
  const built = builtBy(await project.kindling('build', '--output', 'json'))
  expect(isThere(built.images.a?.reference ?? '')).toBe(true)
  expect(await project.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
  expect(isThere(renamed.images.a?.id ?? '')).toBe(false)
  expect(isThere(built.images.a?.reference ?? '')).toBe(false)
})

test('M3: gc says what would go, and takes what is old or too much, and nothing else', async () => {
  await using project = new Project(images({ a: 'RUN true' }))
  const built = builtBy(await project.kindling('build', '--output', 'json'))
  const reference = built.images.a?.reference ?? ''
  const told = await project.kindling('gc', '--all', '--dry-run')
  expect(told.stderr).toMatch(
    new RegExp(`would remove image ${reference} \\([^)]+\\)[\\s\\S]*that frees \\S+ \\S+ at most`),
  )
  await project.kindling('gc', '--older-than', '7d')
  await project.kindling('gc', '--max-size', '100GiB')
  expect(isThere(reference)).toBe(true)
  const { stderr } = await project.kindling('gc', '--max-size', '1B')
  expect(stderr).toContain(`removed image ${reference} (`)
  expect(isThere(reference)).toBe(false)
  expect(await project.kindling('gc', '--max-size', 'much')).toMatchObject({ exitCode: 2 })
})
