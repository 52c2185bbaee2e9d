import type { RunEvent, TaskFailure } from '../engine/events.ts'
import { withoutControls } from '../util/control-characters.ts'
import { withTails } from './run-with-tails.ts'
import { lengthOf, type TaskTiming, timingOf } from './timing.ts'
import { element, textElement, xmlDocument } from './xml.ts'

/** A task with what is told of its end. */
interface Case extends TaskTiming {
  readonly failure?: TaskFailure
  readonly tail: readonly string[]
}

/**
 * A run in the JUnit format: each task is a test case, those that bring the environment up in one suite and its tests in
 * another, so that a broken environment cannot be taken for failing tests. What did not happen because of a failure is
 * skipped; what a run that was killed left unfinished is an error.
 */
export function junit(events: Iterable<RunEvent>): string {
  const { record, tails } = withTails(events)
  const { started, plan } = record
  const { wallMs, tasks } = timingOf(record)
  const cases = tasks.map((task): Case => {
    const failure = record.tasks.get(task.id)?.failure
    return { ...task, ...(failure && { failure }), tail: tails.get(task.id) ?? [] }
  })
  const tests = new Set(plan?.tasks.filter(({ kind }) => kind === 'test').map(({ id }) => id))
  const name = started?.environment ?? started?.command ?? 'kindling'
  const timestamp = new Date(started?.startedAt ?? 0).toISOString().slice(0, 19)
  const suite = (title: string, members: readonly Case[]) => {
    const children = members.map((one) => testCase(one, `${name}.${one.phase}`))
    return element('testsuite', { name: `${name}: ${title}`, ...counts(members), timestamp }, children)
  }
  const isTest = ({ id }: Case) => tests.has(id)
  const suites = [
    suite(
      'environment',
      cases.filter((one) => !isTest(one)),
    ),
  ]
  if (tests.size > 0) suites.push(suite('tests', cases.filter(isTest)))
  const all = { name: `kindling ${started?.command ?? ''}`.trim(), ...counts(cases), time: seconds(wallMs) }
  return xmlDocument(element('testsuites', all, suites))
}

/** What keeps a command from having a run, in the same format: each problem is an error of the environment. */
export function junitOfProblems(problems: readonly TaskFailure[]): string {
  const { length } = problems
  const totals = { tests: length, failures: 0, errors: length, skipped: 0, time: seconds(0) }
  const cases = problems.map((failure) => {
    const { code, message } = failure
    const error = textElement('error', { message: withoutControls(message), type: code }, explained(failure))
    return element('testcase', { classname: 'kindling', name: code, time: seconds(0) }, [error])
  })
  const suite = element('testsuite', { name: 'kindling: environment', ...totals }, cases)
  return xmlDocument(element('testsuites', { name: 'kindling', ...totals }, [suite]))
}

type Verdict = 'passed' | 'failure' | 'error' | 'skipped'

function verdictOf({ outcome, failure }: Case): Verdict {
  switch (outcome) {
    case 'succeeded':
    case 'reused':
      return 'passed'
    case 'failed':
    case 'timed-out':
      return failure?.code === 'E_INTERNAL' ? 'error' : 'failure'
    case 'blocked':
    case 'cancelled':
      return 'skipped'
    default:
      return 'error'
  }
}

function counts(cases: readonly Case[]) {
  const number = (verdict: Verdict) => cases.filter((one) => verdictOf(one) === verdict).length
  const ms = cases.reduce((sum, { interval }) => sum + lengthOf(interval), 0)
  return {
    tests: cases.length,
    failures: number('failure'),
    errors: number('error'),
    skipped: number('skipped'),
    time: seconds(ms),
  }
}

function testCase(one: Case, classname: string): string {
  const { id, interval, tail } = one
  const output = tail.length === 0 ? [] : [textElement('system-out', {}, withoutControls(tail.join('\n')))]
  const attributes = { classname, name: id, time: seconds(lengthOf(interval)) }
  return element('testcase', attributes, [...verdictElement(one), ...output])
}

function verdictElement(one: Case): string[] {
  const { outcome, failure } = one
  const verdict = verdictOf(one)
  if (verdict === 'passed') return []
  if (verdict === 'skipped') {
    const causes = failure?.causes ?? []
    const message = causes.length === 0 ? outcome : `${outcome} by ${causes.join(', ')}`
    return [textElement('skipped', { message })]
  }
  const message = withoutControls(failure?.message ?? outcome)
  return [textElement(verdict, { message, type: failure?.code ?? outcome }, explained(failure))]
}

/** What, where, what to do, and the tool's own words. */
function explained(failure: TaskFailure | undefined): string {
  if (failure === undefined) return ''
  const { message, where, hint, detail } = failure
  const lines = [
    message,
    ...(where === undefined ? [] : [`at ${where}`]),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ...(detail ? [detail] : []),
  ]
  return withoutControls(lines.join('\n'))
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}
