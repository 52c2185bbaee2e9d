import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { LocalExec } from '../../exec/local-exec.ts'
import { Docker } from '../docker/docker.ts'
import { collectFromNodes, openDirectory } from './collect.ts'

const node = (name: string, role: string, status = 'running', mark = '/state/mark') => ({
  Id: name,
  Name: `/${name}`,
  State: { Status: status },
  Config: { Labels: { 'io.x-k8s.kind.cluster': 'shop', 'io.x-k8s.kind.role': role } },
  Mounts: [{ Source: mark, Destination: '/kindling' }],
})

const nodes = [
  node('shop-control-plane', 'control-plane'),
  node('shop-worker', 'worker'),
  node('shop-worker2', 'worker', 'exited'),
  node('shop-lb', 'external-load-balancer'),
  node('shop-foreign', 'worker', 'running', '/state/other'),
]

/** A cluster whose nodes are directories of this machine: `/measured` is one of theirs. */
function cluster(files: Readonly<Record<string, string>>) {
  const local = new LocalExec()
  const root = temporaryDirectory(files)
  const exec = new FakeExec(async (command, { stdoutFile }) => {
    const [verb, noun] = command.args
    if (verb === 'ps') return { stdout: nodes.map(({ Id }) => Id).join('\n') }
    if (`${verb} ${noun}` === 'container inspect') return { stdout: JSON.stringify(nodes) }
    if (verb !== 'exec') {
      await local.run(command)
      return {}
    }
    const [name = '', program = '', ...args] = command.args.slice(command.args[1] === '--interactive' ? 2 : 1)
    const there = args.map((word) => word.replaceAll('/measured', join(root, name, 'measured')))
    const { stdout } = await local.run(
      // What the node's own programs are told shows in what these stand-ins write.
      { program, args: there, env: { PATH: `${join(root, 'bin')}:${process.env.PATH}` } },
      stdoutFile === undefined ? {} : { stdoutFile },
    )
    return { stdout }
  })
  return { exec, root, marked: { engine: new Docker(exec), name: 'shop', markDirectory: '/state/mark' } }
}

/** Has one container, that of pod `u1`, and writes down what it is told to end. */
const crictl = `#!/bin/sh
case "$*" in
  *uid=u1*name=app*) echo c1 ;;
  stop*) echo "$*" >> "$(dirname "$0")/ended" ;;
esac
`

test('containers that write there are ended by the node itself, and all nodes of the cluster give what they have', async () => {
  const { root, marked, exec } = cluster({
    'bin/crictl': crictl,
    'shop-control-plane/measured/u1/web/app/coverage-1.json': '1',
    'shop-control-plane/measured/u1/web/app/covmeta.1': 'start',
    'shop-worker/measured/u2/web/app/coverage-2.json': '2',
    'shop-foreign/measured/u3/web/app/coverage-3.json': '3',
  })
  await new LocalExec().run({ program: 'chmod', args: ['+x', join(root, 'bin/crictl')] })
  const to = join(temporaryDirectory(), 'data')
  const collection = { to, graceSeconds: 7, isResumed: true, staying: ['covmeta.*'] }
  await collectFromNodes(marked, exec, '/measured', collection, {})
  expect(readFileSync(join(root, 'bin/ended'), 'utf8')).toBe('stop --timeout 7 c1\n')
  const { stdout } = await new LocalExec().run({
    program: 'find',
    args: [to, root, '-type', 'f', '-name', 'cov*'],
  })
  const found = stdout.split('\n').map((file) => file.replace(to, 'TO').replace(root, 'NODES'))
  expect(found.sort()).toEqual([
    'NODES/shop-control-plane/measured/u1/web/app/covmeta.1',
    'NODES/shop-foreign/measured/u3/web/app/coverage-3.json',
    'TO/u1/web/app/coverage-1.json',
    'TO/u1/web/app/covmeta.1',
    'TO/u2/web/app/coverage-2.json',
  ])
})

test('a directory is opened to pods of any user in every node, and in nobody else’s', async () => {
  const { marked, exec } = cluster({ 'shop-control-plane/a': '', 'shop-worker/a': '' })
  await openDirectory(marked, '/measured', {})
  const made = exec.commands.filter(({ args }) => args.includes('mkdir')).map(({ args }) => args.slice(-6))
  expect(made).toEqual([
    ['shop-control-plane', 'mkdir', '-p', '-m', '777', '/measured'],
    ['shop-worker', 'mkdir', '-p', '-m', '777', '/measured'],
  ])
})
