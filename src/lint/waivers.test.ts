import { expect, test } from 'vitest'
import { applyEdits } from './fix.ts'
import { lintDockerfile } from './lint-dockerfile.ts'

const why = 'reason="the base is rebuilt monthly"'

function lint(text: string): string[] {
  return lintDockerfile(text).map(({ code, severity, location, message }) =>
    code === 'waiver' ? `${location?.start.line} ${severity}: ${message}` : `${location?.start.line} ${code}`,
  )
}

test('L1: on the line before, it waives the whole instruction, and no other', () => {
  expect(
    lint(`FROM fedora:42
# kindling-lint disable=package-upgrade ${why}
RUN true && \\
    dnf -y update && dnf clean all
RUN dnf -y update && dnf clean all
`),
  ).toEqual(['5 package-upgrade'])
})

test('between the lines of an instruction, it waives the next of them', () => {
  expect(
    lint(`FROM fedora:42
RUN true && \\
    # kindling-lint disable=package-upgrade ${why}
    # and more to say
    dnf -y update && \\
    dnf -y upgrade && dnf clean all
`),
  ).toEqual(['6 package-upgrade'])
})

test('at the top, it waives the whole file', () => {
  expect(
    lint(`# syntax=docker/dockerfile:1
# kindling-lint disable=package-upgrade,unpinned-base ${why}
FROM fedora
RUN dnf -y update && dnf clean all
RUN dnf -y update && dnf clean all
`),
  ).toEqual([])
})

test('without a reason it waives nothing, and is an error', () => {
  expect(
    lint(`FROM fedora:42
# kindling-lint disable=package-upgrade
RUN dnf -y update && dnf clean all
# kindling-lint disable=package-upgrade reason="  "
RUN dnf -y update && dnf clean all
`),
  ).toEqual([
    '2 error: the waiver of `package-upgrade` has no reason, and does not count',
    '3 package-upgrade',
    '4 error: the waiver of `package-upgrade` has no reason, and does not count',
    '5 package-upgrade',
  ])
})

test('a rule that does not exist is an error, with what may be meant', () => {
  const [finding] = lintDockerfile(
    `FROM fedora:42\n# kindling-lint disable=package-upgrad ${why}\nRUN true\n`,
  )
  expect(finding).toMatchObject({
    code: 'waiver',
    severity: 'error',
    message: 'there is no rule `package-upgrad` to waive',
    hint: 'did you mean `package-upgrade`?',
    location: { start: { line: 2, column: 1 } },
  })
})

test('a waiver that names no rule is an error', () => {
  expect(lint('FROM fedora:42\n# kindling-lint off\nRUN true\n')).toEqual(['2 error: a waiver names no rule'])
})

test('waivers cannot be waived', () => {
  expect(lint(`# kindling-lint disable=waiver ${why}\nFROM fedora:42\n`)).toEqual([
    '1 error: there is no rule `waiver` to waive',
  ])
})

test('one that waives nothing is a warning, and a fix takes it away', () => {
  const text = `FROM fedora:42
  # kindling-lint disable=package-upgrade ${why}
RUN true
`
  const findings = lintDockerfile(text)
  expect(findings).toMatchObject([{ code: 'waiver', severity: 'warning' }])
  expect(applyEdits(text, findings)).toEqual({ text: 'FROM fedora:42\nRUN true\n', count: 1 })
})

test('one of which a part waives something stays', () => {
  const text = `FROM fedora:42
# kindling-lint disable=package-upgrade,package-lists ${why}
RUN dnf -y update && dnf clean all
`
  const findings = lintDockerfile(text)
  expect(findings).toMatchObject([{ message: 'the waiver of `package-lists` waives nothing' }])
  expect(applyEdits(text, findings).text).toBe(text)
})
