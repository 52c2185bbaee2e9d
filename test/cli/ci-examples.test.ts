import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { createProgram } from '../../src/cli/program.ts'
import { createSession } from '../../src/cli/session.ts'

const examples = join(import.meta.dirname, '../../examples/ci')

test.each(['github-e2e.yml', 'gitlab-ci.yml'])(
  '%s is YAML, and calls commands with options that there are',
  (file) => {
    const text = readFileSync(join(examples, file), 'utf8')
    expect(parse(text)).toBeTypeOf('object')
    const calls = [...text.matchAll(/(?:npx kindling|inputs\.kindling \}\}) +([a-z]+)(.*)/g)].map(
      ([, command = '', rest = '']) => ({ command, options: rest.match(/--[a-z]+/g) ?? [] }),
    )
    expect(calls.map(({ command }) => command)).toEqual(expect.arrayContaining(['matrix', 'build', 'test']))
    const { commands } = createProgram(createSession(process))
    for (const { command, options } of calls) {
      const known = commands.find((each) => each.name() === command)?.options.map(({ long }) => long)
      expect(known, command).toEqual(expect.arrayContaining(options))
    }
  },
)
