/** The name of a field, or the number of an item. */
export type PathStep = string | number

const step = /\.((?:\\.|[^.[\]\\{}'"\s])+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/y

/**
 * Reads the part of kubectl's JSONPath that leads to one value: `{.status.addresses[0].value}`, with or without the
 * braces; a name with dots in it is `.tls\.crt` or `['tls.crt']`. `undefined` for anything else.
 */
export function parseJsonPath(text: string): readonly PathStep[] | undefined {
  const inner = /^\{(.*)\}$/s.exec(text)?.[1] ?? text
  const path = inner.replace(/^\$(?=[.[])/, '')
  const steps: PathStep[] = []
  step.lastIndex = 0
  while (step.lastIndex < path.length) {
    const match = step.exec(path)
    if (match === null) return undefined
    const [, name, index, ...quoted] = match
    steps.push(
      index !== undefined ? Number(index) : (name?.replace(/\\(.)/g, '$1') ?? quoted.find(Boolean) ?? ''),
    )
  }
  return steps.length === 0 ? undefined : steps
}

/** As it can be written again, for messages: `.status.addresses[0].value`. */
export function formatJsonPath(path: readonly PathStep[]): string {
  return path
    .map((each) => {
      if (typeof each === 'number') return `[${each}]`
      return /^[^.[\]\\{}'"\s]+$/.test(each) ? `.${each}` : `['${each}']`
    })
    .join('')
}
