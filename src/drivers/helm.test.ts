import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { transcript } from '../../test/rig/transcript.ts'
import { type HelmChart, renderChart } from './helm.ts'

const plain: HelmChart = {
  chart: 'charts/shop',
  release: 'web',
  values: [],
  set: new Map(),
  setFile: new Map(),
}

async function argsOf(chart: HelmChart) {
  const exec = new FakeExec(() => ({}))
  await renderChart(exec, chart, { cwd: '/repo' })
  return { args: exec.commands[0]?.args, cwd: exec.commands[0]?.cwd }
}

test('R5: a chart is rendered with its CRDs and hooks, and nothing is waited for', async () => {
  expect(await argsOf(plain)).toEqual({
    args: ['template', 'web', 'charts/shop', '--include-crds'],
    cwd: '/repo',
  })
})

test('where a chart comes from and what it is rendered with are said in full', async () => {
  const { args } = await argsOf({
    ...plain,
    repo: 'https://charts.example.com',
    version: '1.2.3',
    namespace: 'shop',
    values: ['/repo/a.yaml', '/repo/b,c.yaml'],
    set: new Map([
      ['greeting', { text: 'a,b', isText: true }],
      ['title', { text: '{x}', isText: true }],
      ['path', { text: 'C:\\x', isText: true }],
      ['replicas', { text: '4', isText: false }],
    ]),
    setFile: new Map([['text', '/repo/d,e.txt']]),
  })
  expect(args?.slice(4)).toEqual([
    ...['--repo', 'https://charts.example.com', '--version', '1.2.3', '--namespace', 'shop'],
    ...['--values', '/repo/a.yaml', '--values', '/repo/b,c.yaml'],
    ...['--set-string', 'greeting=a\\,b', '--set-string', 'title=\\{x}', '--set-string', 'path=C:\\\\x'],
    ...['--set', 'replicas=4', '--set-file', 'text=/repo/d\\,e.txt'],
  ])
})

test('the manifests are what helm prints, a failure is the error of the command', async () => {
  const stdout = transcript('template.stdout.txt', 'helm-3.14.4')
  const good = new FakeExec(() => ({ stdout, stderr: 'walk.go:74: found symbolic link in path' }))
  expect(await renderChart(good, plain, { cwd: '/repo' })).toBe(stdout.trimEnd())
  const bad = new FakeExec(() => ({
    exitCode: 1,
    stderr: transcript('template-fails.stderr.txt', 'helm-3.14.4'),
  }))
  await expect(renderChart(bad, plain, { cwd: '/repo' })).rejects.toMatchObject({ reason: 'exit' })
})
