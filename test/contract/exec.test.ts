import { LocalExec } from '../../src/exec/local-exec.ts'
import { FakeExec } from '../rig/fake-exec.ts'
import { execContract } from './exec.contract.ts'

execContract('LocalExec', (behaviour) => {
  const exec = new LocalExec()
  if (behaviour === 'missing') return { exec, command: { program: 'kindling-no-such-program', args: [] } }
  const { exitCode = 0, stdout = '', stderr = '' } = behaviour
  const code = `process.stdout.write(${JSON.stringify(stdout)}); process.stderr.write(${JSON.stringify(stderr)}); process.exitCode = ${exitCode}`
  return { exec, command: { program: process.execPath, args: ['-e', code] } }
})

execContract('FakeExec', (behaviour) => ({
  exec: new FakeExec(() => (behaviour === 'missing' ? undefined : behaviour)),
  command: { program: 'anything', args: [] },
}))
