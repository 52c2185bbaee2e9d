import { expect, test } from 'vitest'
import { memoryRepository } from '../../../test/rig/memory-repository.ts'
import { buildCommands } from './build-commands.ts'

const dockerfiles = {
  Dockerfile: 'FROM a\n',
  'services/web/Dockerfile': 'FROM a\n',
  'services/api/Dockerfile': 'FROM a\n',
  'docker/worker.Dockerfile': 'FROM a\n',
}

function builds(path: string, text: string) {
  return buildCommands
    .detect(path, text, memoryRepository({ ...dockerfiles, [path]: text }))
    .flatMap((finding) => (finding.kind === 'build' ? [finding] : []))
}

test.each([
  ['docker build -t shop/web:dev services/web', 'shop/web', 'services/web/Dockerfile', 'services/web'],
  [
    'podman build --file services/web/Dockerfile --tag=localhost/web .',
    'web',
    'services/web/Dockerfile',
    '.',
  ],
  [
    'docker buildx build --load --platform linux/amd64 -f docker/worker.Dockerfile -t w .',
    'w',
    'docker/worker.Dockerfile',
    '.',
  ],
  ['cd services/web && docker build -t web .', 'web', 'services/web/Dockerfile', 'services/web'],
  [
    'sudo nerdctl build -t ghcr.io/acme/web:$(git describe) services/web | tee log',
    'ghcr.io/acme/web',
    'services/web/Dockerfile',
    'services/web',
  ],
  ['$(CONTAINER_TOOL) build -t ${IMG} .', undefined, 'Dockerfile', '.'],
  ['docker build .', undefined, 'Dockerfile', '.'],
])('%s', (command, repository, dockerfile, context) => {
  expect(builds('build.sh', `${command}\n`)).toMatchObject([
    { ...(repository === undefined ? {} : { repository }), dockerfile, context, line: 1 },
  ])
})

test('target and arguments come along; those that only a run knows are told by name', () => {
  const [build] = builds(
    'Makefile',
    'MODE := release\nimage:\n\tdocker build --target prod --build-arg MODE=$(MODE) \\\n\t  --build-arg GIT_COMMIT=`git rev-parse HEAD` --build-arg HTTP_PROXY -t web .\n',
  )
  expect(build).toMatchObject({
    target: 'prod',
    args: { MODE: 'release' },
    unknown: ['GIT_COMMIT', 'HTTP_PROXY'],
    line: 3,
  })
})

test('a variable in the path stands for every directory that has a Dockerfile', () => {
  const loop = 'for s in $SERVICES; do docker build -t "shop/$s:dev" -f "services/$s/Dockerfile" .; done\n'
  const rule = 'image-%:\n\tdocker build -t shop/$* services/$*\n'
  for (const [path, text] of [
    ['hack/build.sh', loop],
    ['Makefile', rule],
  ] as const) {
    expect(builds(path, text).map(({ repository, dockerfile }) => [repository, dockerfile])).toEqual([
      ['shop/api', 'services/api/Dockerfile'],
      ['shop/web', 'services/web/Dockerfile'],
    ])
  }
})

test('scripts of package.json count; a build of something that is not there does not', () => {
  const text = JSON.stringify({ scripts: { image: 'docker build -t shop/web services/web' } }, null, 2)
  expect(builds('package.json', text)).toMatchObject([{ repository: 'shop/web', line: 3 }])
  expect(
    builds('build.sh', 'docker build -t gone services/gone\ndocker build -t x - < Dockerfile\n'),
  ).toEqual([])
})

test.each([
  'Makefile',
  'build/common.mk',
  'hack/e2e.sh',
  'scripts/build',
  '.github/workflows/ci.yml',
  'package.json',
])('%s is a script', (path) => {
  expect(buildCommands.isFor(path)).toBe(true)
})
