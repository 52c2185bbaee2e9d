import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LocalExec } from './local-exec.ts'
import { Redactor } from './redactor.ts'

test('no secret is left in what is printed, whichever contains which and in whatever order they came', () => {
  const secret = fc.stringMatching(/^[a-d]{4,8}$/)
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1 }),
      fc.array(fc.constantFrom('x', ' ', ...'abcd')),
      (all, rest) => {
        const redactor = new Redactor()
        for (const one of all) redactor.add(one)
        const text = redactor.redact([...all, rest.join('')].join(' '))
        for (const one of all) expect(text).not.toContain(one)
      },
    ),
  )
})

test('a secret within another does not leave the rest of that one to be read', () => {
  const redactor = new Redactor()
  redactor.add('pass')
  redactor.add('password-of-the-database')
  expect(redactor.redact('it is password-of-the-database')).toBe('it is ***')
})

test('each line of a key is secret, and words too short to be secrets are not', () => {
  const redactor = new Redactor()
  redactor.add('first-line\nsecond-line\n')
  redactor.add('yes')
  expect(redactor.redact('second-line first-line yes')).toBe('*** *** yes')
})

test('data for a program is left whole though a secret is an ordinary word in it; its lines are not', async () => {
  const redactor = new Redactor()
  redactor.add('postgres')
  const lines: string[] = []
  const command = { program: process.execPath, args: ['-e', `console.log('{"Name":"shop-postgres"}')`] }
  const onLine = (_: unknown, line: string) => lines.push(line)
  const data = await new LocalExec({ redactor }).run(command, { isData: true, onLine })
  expect(data.stdout).toBe('{"Name":"shop-postgres"}')
  expect(lines).toEqual(['{"Name":"shop-***"}'])
  expect((await new LocalExec({ redactor }).run(command)).stdout).toBe('{"Name":"shop-***"}')
})
