import { isMapping } from '../util/is-mapping.ts'
import { findingsOf } from './detectors.ts'
import type { Finding } from './findings.ts'
import { lastPart, nameFrom } from './names.ts'
import { baseName } from './paths.ts'
import type { Repository } from './repository.ts'

/** What the project is called: as most of its images begin, or as its package, its module or its directory is named. */
export function projectName(findings: readonly Finding[], { root, read }: Repository): string {
  const owners = findingsOf(findings, 'build').flatMap(({ repository }) => {
    const [owner = '', ...rest] = repository?.split('/') ?? []
    return rest.length === 1 && !owner.includes('.') ? [owner] : []
  })
  const [owner] = owners
  if (owner !== undefined && owners.every((other) => other === owner)) return nameFrom(owner)
  const named = [...findingsOf(findings, 'skaffold'), ...findingsOf(findings, 'compose')].find(
    ({ name }) => name !== undefined,
  )?.name
  return nameFrom(named ?? packageName(read('package.json')) ?? moduleName(read('go.mod')) ?? baseName(root))
}

function packageName(text: string | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isMapping(value) && typeof value.name === 'string' ? lastPart(value.name) : undefined
  } catch {
    return undefined
  }
}

function moduleName(text: string | undefined): string | undefined {
  const path = /^module\s+(\S+)/m.exec(text ?? '')?.[1]
  return path === undefined ? undefined : lastPart(path.replace(/\/v\d+$/, ''))
}
