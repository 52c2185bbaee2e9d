import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { formatEnvFile } from './env-file.ts'

/** What a POSIX shell has after reading the file. */
function sourced(text: string): Record<string, string> {
  const file = join(temporaryDirectory(), '.env')
  writeFileSync(file, text)
  const script = `set -a; . "$1"; exec "$2" -e 'console.log(JSON.stringify(process.env))'`
  const output = execFileSync('sh', ['-euc', script, 'sh', file, process.execPath], { env: {} })
  const { PWD: _, ...variables } = JSON.parse(output.toString()) as Record<string, string>
  return variables
}

const awkward = {
  URL: 'http://127.0.0.1:20001/a?b=c',
  EMPTY: '',
  SPACES: '  two words ',
  COMMENT: 'a #b',
  DOLLAR: 'a $HOME ${HOME} $(id) `id`',
  QUOTES: 'she said "no"',
  APOSTROPHE: "it's here",
  LINES: 'first\nsecond\n',
  BACKSLASH: 'C:\\dir\\n',
  TILDE: '~/x;y&z|*',
  LETTERS: 'grün ✓',
}

test('a shell and a parser of .env files read the same values', () => {
  const text = formatEnvFile(awkward)
  expect(sourced(text)).toEqual(awkward)
  expect(parseEnv(text)).toEqual(awkward)
})

test('a value that one of them would misread is left out, and named', () => {
  const text = formatEnvFile({ A: `it's "so"`, B: "'$x", C: 'carriage\rreturn', D: 'end\\' })
  expect(text).toMatch(/^(# [ABCD] is only in env\.json: .*\n){4}$/)
})

test('whatever a value is, it is read as it is by both, or left out', () => {
  const characters = fc.constantFrom(...`ab =#'"\\$\`\n\t!*~;&(){}é`)
  const value = fc.string({ unit: characters, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(value, { minLength: 50, maxLength: 50 }), (values) => {
      const variables = Object.fromEntries(values.map((text, index) => [`V${index}`, text]))
      const text = formatEnvFile(variables)
      const kept = Object.entries(variables).filter(([name]) => !text.includes(`# ${name} is only`))
      expect(sourced(text)).toEqual(Object.fromEntries(kept))
      expect(parseEnv(text)).toEqual(Object.fromEntries(kept))
    }),
    { numRuns: 10 },
  )
})
