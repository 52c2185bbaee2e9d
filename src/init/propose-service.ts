import type { FoundNeed } from './find-needs.ts'
import { type FoundPort, findCheck, findPorts, type PortHints } from './find-ports.ts'
import type { Release } from './findings.ts'
import type { ProposedEntry, ProposedKey } from './proposal.ts'
import type { Unit } from './unit.ts'

/** The service that a unit becomes. */
export function proposeService(unit: Unit, needs: readonly FoundNeed[], hints: PortHints): ProposedEntry {
  const ports = findPorts(unit, hints)
  const probed = ports.flatMap(({ name, probePath }) =>
    // As a probe counts it.
    probePath === undefined ? [] : [{ http: { port: name, path: probePath, status: '200-399' } }],
  )
  const check = findCheck(unit)
  const ready = ['rollout', ...probed, ...(check === undefined ? [] : [{ exec: check }])]
  const reasons = needs.map(({ reason }) => reason)
  const keys: ProposedKey[] = [
    sourceKey(unit),
    ...(needs.length === 0
      ? []
      : [{ key: 'needs', value: needs.map(({ to }) => to), itemComments: reasons }]),
    ...(ready.length === 1
      ? []
      : [{ key: 'ready', value: ready, ...(check === undefined ? {} : { comment: 'guess' }) }]),
    ...(ports.length === 0
      ? []
      : [
          {
            key: 'ports',
            value: Object.fromEntries(ports.map(({ name, port }) => [name, port])),
            ...hiddenComment(ports),
          },
        ]),
  ]
  return { name: unit.name, keys, comments: unit.comments }
}

/** Which Service a port is of, where its number alone does not say. */
function hiddenComment(ports: readonly FoundPort[]): Pick<ProposedKey, 'comment'> {
  const told = ports.flatMap(({ port, service, hidden }) =>
    hidden.length === 0
      ? []
      : [`guess: ${port} is that of ${service}; ${hidden.join(', ')} cannot be reached beside it`],
  )
  return told.length === 0 ? {} : { comment: told.join('; ') }
}

function sourceKey({ source }: Unit): ProposedKey {
  switch (source.kind) {
    case 'apply': {
      const [only, ...others] = source.paths
      return { key: 'apply', value: others.length === 0 ? only : source.paths }
    }
    case 'kustomize':
      return { key: 'kustomize', value: source.directory }
    case 'helm':
      return { key: 'helm', value: chartValue(source.release) }
  }
}

function chartValue({
  name,
  chart,
  repo,
  version,
  namespace,
  values,
  set,
}: Release): Record<string, unknown> {
  return {
    chart: chart.includes('/') || repo !== undefined ? chart : `./${chart}`,
    ...(repo === undefined ? {} : { repo }),
    ...(version === undefined ? {} : { version }),
    release: name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(values.length === 0 ? {} : { values }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
  }
}
