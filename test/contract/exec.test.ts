import { text } from 'node:stream/consumers'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { FakeExec } from '../rig/fake-exec.ts'
import { execContract } from './exec.contract.ts'

execContract('LocalExec', (behaviour) => {
  const exec = new LocalExec()
  if (behaviour === 'missing') return { exec, command: { program: 'kindling-no-such-program', args: [] } }
  if (behaviour.isCopy === true) {
    return {
      exec,
      command: { program: process.execPath, args: ['-e', 'process.stdin.pipe(process.stdout)'] },
    }
  }
  const { exitCode = 0, stdout = '', stderr = '' } = behaviour
  const code = `process.stdout.write(${JSON.stringify(stdout)}); process.stderr.write(${JSON.stringify(stderr)}); process.exitCode = ${exitCode}`
  return { exec, command: { program: process.execPath, args: ['-e', code] } }
})

execContract('FakeExec', (behaviour) => ({
  exec: new FakeExec(async (_, { stdin }) => {
    if (behaviour === 'missing') return undefined
    return behaviour.isCopy === true && typeof stdin === 'object' ? { stdout: await text(stdin) } : behaviour
  }),
  command: { program: 'anything', args: [] },
}))
