import { expect, test } from 'vitest'
import { applyEdits } from './fix.ts'
import { lintDockerfile } from './lint-dockerfile.ts'

const fix = (text: string) => applyEdits(text, lintDockerfile(text)).text

test.each([
  [
    'lists of apt',
    'FROM debian:12\nRUN apt-get update && \\\n  apt-get install -y curl\nCMD ["x"]\n',
    'FROM debian:12\nRUN apt-get update && \\\n  apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nCMD ["x"]\n',
  ],
  ['dnf', 'FROM fedora:42\nRUN dnf install -y a', 'FROM fedora:42\nRUN dnf install -y a && dnf clean all'],
  [
    'microdnf',
    'FROM ubi:9\nRUN microdnf install a',
    'FROM ubi:9\nRUN microdnf install a && microdnf clean all',
  ],
  ['zypper', 'FROM suse:15\nRUN zypper -n in a', 'FROM suse:15\nRUN zypper -n in a && zypper clean --all'],
  ['apk', 'FROM alpine:3.20\nRUN apk add a', 'FROM alpine:3.20\nRUN apk add --no-cache a'],
])('put right: %s', (_, before, after) => {
  expect(fix(before)).toBe(after)
  expect(lintDockerfile(after)).toEqual([])
  expect(fix(after)).toBe(after)
})

test.each([
  ['a pipe', 'FROM debian:12\nRUN apt-get update | cat'],
  ['a branch', 'FROM debian:12\nRUN if true; then apt-get update; fi'],
  ['an or, after which the rest would not run', 'FROM debian:12\nRUN apt-get update || true'],
  ['a script', 'FROM debian:12\nRUN sh -c "apt-get update"'],
  ['a heredoc', 'FROM debian:12\nRUN <<EOF\napt-get update\nEOF'],
  ['the exec form', 'FROM debian:12\nRUN ["apt-get", "update"]'],
  ['a comment at the end', 'FROM debian:12\nRUN apt-get update # for later'],
  [
    'an instruction further on that lives from the lists',
    'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y a',
  ],
  ['a refresh of apk that something else may want', 'FROM alpine:3.20\nRUN apk update && apk add a'],
  ['an upgrade, which somebody wanted', 'FROM debian:12\nRUN apt-get -y upgrade'],
])('left alone: %s', (_, text) => {
  expect(lintDockerfile(text)).not.toEqual([])
  expect(fix(text)).toBe(text)
})

test('several in one file', () => {
  expect(fix('FROM alpine:3.20\nRUN apk add a\nRUN apk add b\n')).toBe(
    'FROM alpine:3.20\nRUN apk add --no-cache a\nRUN apk add --no-cache b\n',
  )
})
