import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CoverageResult } from '../../src/coverage/result.ts'
import { talkingServer } from '../rig/small-system.ts'
import { textBelow } from '../rig/temp-directory.ts'
import { kindProject, kindSystem, missingRig, onRig } from './rig.ts'

/** Two replicas, and a Job that has ended long before the coverage is collected; all as an ordinary user. */
function measuredSystem(): Record<string, string> {
  const files = kindSystem()
  const config = (files['kindling.yaml'] ?? '')
    .replace(
      'web: { dockerfile: Dockerfile',
      'web: { coverage: { language: node, paths: { /: . } }, dockerfile: Dockerfile',
    )
    .replace('cluster: {', 'test: { run: node suite.mjs }, cluster: {')
    .replace('  web: { apply: web.yaml', '  job: { apply: job.yaml }\n  web: { needs: [job], apply: web.yaml')
  const user = 'securityContext: { runAsUser: 1000 }'
  return {
    ...files,
    'kindling.yaml': config,
    'web.yaml': (files['web.yaml'] ?? '')
      .replace('spec:\n  selector', 'spec:\n  replicas: 2\n  selector')
      .replace('spec:\n      containers', `spec:\n      ${user}\n      containers`),
    'job.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: job }
spec:
  template:
    spec:
      ${user}
      restartPolicy: Never
      containers: [{ name: job, image: small/web, command: [node, /job.js] }]
`,
    Dockerfile: `${files.Dockerfile}COPY job.js /job.js\n`,
    'job.js': 'console.log(1)\n',
    'server.js': talkingServer,
    'suite.mjs': 'await fetch(process.env.KINDLING_WEB_API_URL)\nprocess.exit(7)\n',
  }
}

describe.skipIf(missingRig !== undefined)(onRig('coverage on Kind'), () => {
  test('E3: replicas and a Job are measured, after the logs of the failure were taken and before the cluster goes', async () => {
    await using project = kindProject(measuredSystem())
    const ended = await project.kindling('test', '--coverage', '--output', 'json')
    expect(ended, ended.stderr).toMatchObject({ exitCode: 5 })
    const { coverage, runDirectory } = JSON.parse(ended.stdout) as {
      readonly coverage: CoverageResult
      readonly runDirectory: string
    }
    expect(coverage.problems).toEqual([])
    const lcov = readFileSync(join(coverage.directory, 'lcov.info'), 'utf8')
    expect(lcov).toMatch(/^SF:server\.js$/m)
    expect(lcov).toMatch(/^SF:job\.js$/m)
    expect(coverage.lines).toMatchObject({ total: 4, percent: 100 })
    const evidence = textBelow(join(runDirectory, 'evidence/containers/web'))
    expect(evidence).toContain('it has begun')
    expect(evidence).not.toContain('told to end')
  })
})
