import { localRepository, parseReference } from '../util/image-reference.ts'
import type { BuiltCandidate } from './built-images.ts'
import { freeName, nameFrom } from './names.ts'
import type { ProposedEntry, ProposedKey } from './proposal.ts'

/** The images of the configuration, each under a name of its own. */
export function nameImages(
  built: readonly BuiltCandidate[],
  pulled: readonly { readonly name: string; readonly reference: string }[],
  project: string,
): readonly ProposedEntry[] {
  const taken = new Set<string>()
  const named = built.map((candidate) => ({
    candidate,
    name: freeName([candidate.name, candidate.repository ?? candidate.name], taken),
  }))
  const nameOf = (repository: string) =>
    named.find(({ candidate }) => [candidate.repository, ...candidate.aliases].includes(repository))?.name
  return [
    ...named.map(({ candidate, name }) => builtEntry(candidate, name, project, nameOf)),
    ...pulled.map(({ name, reference }) => {
      const { repository, tag } = parseReference(reference)
      const owned = nameFrom(repository.replaceAll('/', '-'))
      return {
        name: freeName([name, ...(tag === undefined ? [] : [`${name}-${tag}`]), owned], taken),
        keys: [{ key: 'pull', value: reference }],
        comments: [],
      }
    }),
  ]
}

function builtEntry(
  candidate: BuiltCandidate,
  name: string,
  project: string,
  nameOf: (repository: string) => string | undefined,
): ProposedEntry {
  const { repository, dockerfile, context, target, comments } = candidate
  const args = {
    ...Object.fromEntries(
      Object.entries(candidate.args).map(([key, value]) => [
        key,
        referenceTo(value, nameOf) ?? literal(value),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(candidate.imageArgs).flatMap(([key, value]) => {
        const image = nameOf(value)
        return image === undefined ? [] : [[key, `\${images.${image}.ref}`]]
      }),
    ),
  }
  const keys: ProposedKey[] = [
    ...(repository === undefined || repository === `${project}/${name}`
      ? []
      : [{ key: 'repository', value: repository }]),
    { key: 'dockerfile', value: dockerfile },
    ...(context === '.' ? [] : [{ key: 'context', value: context }]),
    ...(target === undefined ? [] : [{ key: 'target', value: target }]),
    ...(Object.keys(args).length === 0 ? [] : [{ key: 'args', value: args }]),
  ]
  return { name, keys, comments }
}

/** An argument that is the name of an image which is built here, under whatever tag. */
function referenceTo(value: string, nameOf: (repository: string) => string | undefined): string | undefined {
  try {
    const image = nameOf(localRepository(parseReference(value)))
    return image === undefined ? undefined : `\${images.${image}.ref}`
  } catch {
    return undefined
  }
}

/** A text in which nothing has a meaning. */
function literal(value: string): string {
  return value.replaceAll('${', '$${')
}
