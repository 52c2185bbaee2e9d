import { referencesOf, resourceOf } from '../deploy/references.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { refersTo } from './group-manifests.ts'
import type { Unit } from './unit.ts'
import { containersOf, isWorkload } from './workloads.ts'
import { listAt, textAt, textMapAt, textsAt } from './yaml-values.ts'

/** A need of a unit, and where it was seen. */
export interface FoundNeed {
  readonly to: string
  readonly reason: string
}

/** Variables whose value may be the bare name of a host. */
const hostVariable = /HOST|ADDR|URL|URI|SERVER|SERVICE|ENDPOINT|BROKER|UPSTREAM|DSN|PEERS?|NODES?$/i

export interface FoundNeeds {
  /** By unit. */
  readonly needs: ReadonlyMap<string, readonly FoundNeed[]>
  /** What was seen and would go round in a circle. */
  readonly notes: readonly string[]
}

/** A text that may name other services, and what it is: a variable, a command, a file. */
interface Text {
  readonly where: string
  readonly text: string
  readonly kind: 'variable' | 'command' | 'file'
}

/**
 * By unit, the units it cannot do without: those whose objects it names, and those whose Services stand in its
 * variables, commands and files; Jobs that prepare what it uses come before it. `known` are needs that somebody has
 * written down. What would go round in a circle is left out, and told.
 */
export function findNeeds(
  units: readonly Unit[],
  known: ReadonlyMap<string, readonly FoundNeed[]> = new Map(),
): FoundNeeds {
  const notes: string[] = []
  const needs = new Map<string, FoundNeed[]>(units.map(({ name }) => [name, []]))
  const add = (from: string, need: FoundNeed) => {
    const own = needs.get(from)
    if (own === undefined || !needs.has(need.to) || from === need.to) return
    if (own.some(({ to }) => to === need.to)) return
    if (reaches(need.to, from, needs))
      notes.push(
        `${from} needs ${need.to} (${need.reason}), which needs ${from}: only the latter stands in \`needs\``,
      )
    else own.push(need)
  }
  for (const [from, found] of known) for (const need of found) add(from, need)
  for (const unit of units)
    for (const other of units)
      if (unit !== other && refersTo(unit.objects, other.objects))
        add(unit.name, { to: other.name, reason: namesBetween(unit.objects, other.objects).join(', ') })
  const running = units.filter(({ objects }) => objects.some(isWorkload))
  for (const unit of running) for (const need of mentionsIn(unit, units)) add(unit.name, need)
  for (const job of units.filter(isOnlyJobs)) {
    const prepared = (needs.get(job.name) ?? []).map(({ to }) => to)
    for (const unit of running) {
      if (isOnlyJobs(unit)) continue
      const shared = (needs.get(unit.name) ?? []).find(({ to }) => prepared.includes(to))
      if (shared !== undefined)
        add(unit.name, { to: job.name, reason: `guess: ${job.name} is a Job for ${shared.to}` })
    }
  }
  return { needs, notes }
}

/** Whether one needs another, itself or through others. */
function reaches(
  from: string,
  to: string,
  needs: ReadonlyMap<string, readonly FoundNeed[]>,
  seen: Set<string> = new Set(),
): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return (needs.get(from) ?? []).some((need) => reaches(need.to, to, needs, seen))
}

function isOnlyJobs({ objects }: Unit): boolean {
  const workloads = objects.filter(isWorkload)
  return workloads.length > 0 && workloads.every(({ kind }) => kind === 'Job')
}

function namesBetween(these: readonly KubernetesObject[], those: readonly KubernetesObject[]): string[] {
  const names = new Map(those.map((object) => [`${resourceOf(object.kind)}/${object.metadata.name}`, object]))
  const found = these.flatMap((object) =>
    referencesOf(object).flatMap(({ resource, name }) => names.get(`${resource}/${name}`) ?? []),
  )
  return [...new Set(found)].map(({ kind, metadata }) => `${kind} ${metadata.name}`)
}

function mentionsIn(unit: Unit, units: readonly Unit[]): FoundNeed[] {
  const foreign = units.filter((other) => other !== unit && refersTo(unit.objects, other.objects))
  const data = foreign.flatMap(({ objects }) =>
    objects.filter((object) => isData(object) && refersTo(unit.objects, [object])),
  )
  const texts = [...unit.objects, ...data].flatMap(textsOf)
  return units.flatMap((other) => {
    if (other === unit) return []
    const hosts = other.objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name)
    const places = texts
      .filter((text) => hosts.some((host) => mentions(text, host)))
      .map(({ where }) => where)
    const [first] = places
    return first === undefined ? [] : [{ to: other.name, reason: first }]
  })
}

function isData({ kind }: KubernetesObject): boolean {
  return kind === 'ConfigMap' || kind === 'Secret'
}

function textsOf(object: KubernetesObject): Text[] {
  if (isData(object)) {
    return Object.entries({ ...textMapAt(object, 'data'), ...textMapAt(object, 'stringData') }).map(
      ([where, text]) => ({ where, text, kind: text.includes('\n') ? 'file' : 'variable' }),
    )
  }
  return containersOf(object).flatMap((container) => [
    ...listAt(container, 'env').flatMap((variable): Text[] => {
      const [where, text] = [textAt(variable, 'name'), textAt(variable, 'value')]
      return where === undefined || text === undefined ? [] : [{ where, text, kind: 'variable' }]
    }),
    ...['command', 'args'].flatMap((key) => {
      const words = textsAt(container, key)
      const where = `the ${key === 'args' ? 'arguments' : 'command'} of ${textAt(container, 'name')}`
      return words.length === 0 ? [] : [{ where, text: words.join(' '), kind: 'command' } satisfies Text]
    }),
  ])
}

function mentions({ where, text, kind }: Text, host: string): boolean {
  const name = host.replaceAll(/[.\\]/g, '\\$&')
  const full = String.raw`${name}(?:\.[a-z0-9-]+)*`
  // As part of an address.
  if (new RegExp(String.raw`(?:\/\/|@|^|[\s,"'=(])${full}:\d+(?!\d)`).test(text)) return true
  if (new RegExp(String.raw`(?:\/\/|@)${full}(?=[\/?"'\s,;]|$)`).test(text)) return true
  if (new RegExp(String.raw`(?<![\w.-])${name}(?:\.[a-z0-9-]+)?\.svc\b`).test(text)) return true
  switch (kind) {
    case 'variable':
      return hostVariable.test(where) && new RegExp(`^${full}$`).test(text.trim())
    case 'command':
      return new RegExp(
        String.raw`(?:(?:-h|--host)[ =]|\s)${full}(?:\s+\d{2,5}\b)|(?:-h|--host)[ =]${full}(?=\s|$)`,
      ).test(text)
    case 'file':
      return text.split('\n').some((line) => line.length < longestSetting && setting(full).test(line))
  }
}

/** What is longer is data. */
const longestSetting = 500

/** A line such as `db.host = name` or `server: "name"`. */
function setting(host: string): RegExp {
  return new RegExp(`^\\s*[\\w.-]*(?:host|server|addr)[\\w.-]*\\s*[:=]\\s*["']?${host}["']?\\s*$`, 'i')
}
