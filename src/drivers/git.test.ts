import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { gitFacts } from './git.ts'

const oid = '0091e65c0ffee0091e65c0ffee0091e65c0ffee0'

test.each([
  ['clean', `# branch.oid ${oid}\n# branch.head main\n`, { commit: oid, isDirty: false }],
  [
    'dirty',
    `# branch.oid ${oid}\n# branch.head main\n1 .M N... 100644 100644 100644 a b f\n`,
    { commit: oid, isDirty: true },
  ],
  ['before its first commit', '# branch.oid (initial)\n# branch.head main\n', { isDirty: false }],
])('a repository that is %s', async (_, stdout, facts) => {
  expect(await gitFacts(new FakeExec(() => ({ stdout })), '/repo')).toEqual(facts)
})

test('no repository, and no git, are no facts rather than errors', async () => {
  const outside = new FakeExec(() => ({ exitCode: 128, stderr: 'fatal: not a git repository' }))
  expect(await gitFacts(outside, '/')).toEqual({ isDirty: false })
  expect(await gitFacts(new FakeExec(() => undefined), '/')).toEqual({ isDirty: false })
})
