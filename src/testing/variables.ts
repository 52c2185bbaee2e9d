import { ofProcess } from './of-process.ts'

type Variables = Readonly<Record<string, string>>

/** What setups have put into the variables of this process, and what there was before. */
const put = ofProcess('kindling.variables', () => ({
  before: new Map<string, string | undefined>(),
  layers: [] as Variables[],
}))

/**
 * Puts variables into those of this process, which workers inherit; of several environments, the last one counts. Returns
 * what takes them back, in any order: a second run in the same process, as when files are watched, begins as the first
 * one did.
 */
export function putVariables(variables: Variables): () => void {
  for (const name of Object.keys(variables)) {
    if (!put.before.has(name)) put.before.set(name, process.env[name])
  }
  put.layers.push(variables)
  apply()
  return () => {
    put.layers.splice(put.layers.indexOf(variables), 1)
    apply()
    if (put.layers.length === 0) put.before.clear()
  }
}

/** The variables of this process as they are without any environment of its setups. */
export function ownVariables(): NodeJS.ProcessEnv {
  return { ...process.env, ...Object.fromEntries(put.before) }
}

function apply(): void {
  for (const [name, before] of put.before) {
    const value = put.layers.findLast((layer) => name in layer)?.[name] ?? before
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
