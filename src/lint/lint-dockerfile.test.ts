import { describe, expect, test } from 'vitest'
import { type DockerfileBuild, lintDockerfile } from './lint-dockerfile.ts'

/** Places and rules of what is found, one in a line. */
function lint(text: string, build?: DockerfileBuild): string[] {
  const findings = lintDockerfile(text, build === undefined ? {} : { builds: [build] })
  return findings.map(({ code, location }) => {
    const { start, end } = location ?? { start: { line: 0, column: 0 }, end: { line: 0, column: 0 } }
    return `${start.line}:${start.column}-${end.line}:${end.column} ${code}`
  })
}

/** What stands at the place of the only finding. */
function marked(text: string): string {
  const [finding, ...others] = lintDockerfile(text)
  expect(others).toEqual([])
  const { start, end } = finding?.location ?? { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
  const lines = text.split('\n').slice(start.line - 1, end.line)
  lines[lines.length - 1] = (lines.at(-1) ?? '').slice(0, end.column - 1)
  lines[0] = (lines[0] ?? '').slice(start.column - 1)
  return lines.join('\n')
}

describe('a finding stands exactly where its cause does', () => {
  test.each([
    ['on a line', 'RUN true && dnf -y update', 'dnf -y update'],
    ['over continued lines', 'RUN dnf \\\n  -y \\\n  update && true', 'dnf \\\n  -y \\\n  update'],
    ['in a word that is continued', 'RUN dnf up\\\ndate', 'dnf up\\\ndate'],
    ['past a comment', 'RUN dnf \\\n# no\n  update', 'dnf \\\n# no\n  update'],
    ['in a heredoc', 'RUN <<EOF\ntrue; dnf -y update # now\nEOF', 'dnf -y update'],
    ['in a heredoc with tabs', 'RUN <<-EOF\n\t\tdnf update\n\tEOF', 'dnf update'],
    ['in quotes', 'RUN bash -c "true; dnf update"', 'dnf update'],
    ['in quotes in quotes', `RUN bash -c "sh -c 'dnf update'"`, 'dnf update'],
    ['with quotes in it', `RUN d"n"f 'update'`, `d"n"f 'update`],
    ['in the exec form', 'RUN ["sh", "-c", "true;\\tdnf update"]', 'dnf update'],
    ['by variables', 'ENV U="dnf update"\nRUN true; $U', '$U'],
    ['after a byte order mark', '\u{feff}RUN dnf update', 'dnf update'],
    ['beside letters beyond ASCII', 'RUN echo "äöü 💡"; dnf update', 'dnf update'],
    ['with Windows line ends', 'RUN true \\\r\n && dnf update\r\n', 'dnf update'],
    ['in a substitution', 'RUN X="$(true; dnf update)"', 'dnf update'],
    ['in ONBUILD', 'ONBUILD   RUN dnf update', 'dnf update'],
  ])('%s', (_, text, wanted) => {
    expect(marked(text)).toBe(wanted)
  })

  test('of a base image, an argument and a source', () => {
    expect(lint('FROM --platform=x  node AS a\nARG A B=1 GIT_SHA\nRUN true\nADD x https://a/b /\n')).toEqual([
      '1:20-1:24 unpinned-base',
      '2:11-2:18 early-argument',
      '4:7-4:18 remote-add',
    ])
  })
})

describe('an image is judged as it is built', () => {
  const text =
    'ARG PM=true\nFROM debian:12 AS a\nARG PM\nRUN $PM update\nFROM a AS b\nRUN apt-get update\nFROM scratch\n'

  test('with its arguments', () => {
    expect(lint(text)).toEqual([])
    expect(lint(text, { args: new Map([['PM', 'dnf']]) })).toEqual(['4:5-4:15 package-upgrade'])
  })

  test('with arguments that nobody knows here', () => {
    expect(lint('ARG BASE=node\nFROM $BASE', { args: new Map([['BASE', undefined]]) })).toEqual([])
  })

  test('by its target', () => {
    expect(lint(text, { target: 'b' })).toEqual(['6:5-6:19 package-lists'])
    expect(lint(text, { target: 'A' })).toEqual([])
  })

  test('for coverage, by the arguments of that', () => {
    const go = 'ARG LDFLAGS="-s -w"\nFROM golang:1.25\nARG LDFLAGS\nRUN go build -ldflags "$LDFLAGS" .\n'
    expect(lint(go)).toEqual([])
    expect(lint(go, { coverageArgs: new Map([['GOFLAGS', '-cover']]) })).toEqual([
      '4:24-4:32 stripped-coverage',
    ])
    expect(lint(go, { coverageArgs: new Map([['LDFLAGS', '']]) })).toEqual([])
  })

  test('several times, and each finding is told once', () => {
    const builds = [{ target: 'b' }, { target: 'b' }, { args: new Map([['PM', 'dnf']]) }]
    expect(lintDockerfile(text, { builds }).map(({ code }) => code)).toEqual([
      'package-upgrade',
      'package-lists',
    ])
  })

  test('images of the project need no version', () => {
    const isBuiltHere = (reference: string) => reference === 'shop/base'
    expect(lintDockerfile('FROM shop/base\nCOPY --from=shop/base /a /b', { isBuiltHere })).toEqual([])
  })
})

test('L1: a finding has the price of its instructions, and of several builds the highest', () => {
  const text = 'FROM node:20\nCOPY . .\nRUN npm ci\nRUN apk add --no-cache \\\n  # no\n  git\n'
  const asked: (readonly string[])[] = []
  const costOf = (image: string, ms: number) => (instructions: readonly string[]) => {
    asked.push(instructions)
    return { image, ms, criticalIn: [] }
  }
  const builds = [{ costOf: costOf('a', 10) }, { costOf: costOf('b', 30) }, { costOf: costOf('c', 20) }]
  const [finding, ...others] = lintDockerfile(text, { builds })
  expect(others).toEqual([])
  expect(finding?.cost).toEqual({ image: 'b', ms: 30, criticalIn: [] })
  expect(asked[0]).toEqual(['RUN npm ci', 'RUN apk add --no-cache   git'])
})

test('L4: the size of the context is told where it is known', () => {
  const [finding] = lintDockerfile('FROM node:20\nCOPY . .\nRUN npm ci\n', {
    builds: [{ contextSize: '106.0 MiB' }],
  })
  expect(finding?.message).toBe('the whole context (106.0 MiB) is copied before `npm ci`')
})

test('credentials in an address are not told', () => {
  const [finding] = lintDockerfile('FROM debian:12\nADD https://user:secret@example.com/x?token=secret /x\n')
  expect(JSON.stringify(finding)).not.toContain('secret')
})
