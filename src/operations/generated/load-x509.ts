import { createRequire } from 'node:module'

type X509 = typeof import('@peculiar/x509')

let loaded: X509 | undefined

/**
 * The library for certificates, loaded when one is first asked for. It wants functions on `Reflect` that only ever
 * answer "nothing" to it; they are there while it loads, which nobody else can see since `require` does not wait, and
 * so get in nobody's way.
 */
export function loadX509(): X509 {
  if (loaded !== undefined) return loaded
  const nothing = () => undefined
  const lent = ['getMetadata', 'getOwnMetadata'].filter((name) => !(name in Reflect))
  for (const name of lent) Object.defineProperty(Reflect, name, { value: nothing, configurable: true })
  try {
    loaded = createRequire(import.meta.url)('@peculiar/x509') as X509
    return loaded
  } finally {
    for (const name of lent) Reflect.deleteProperty(Reflect, name)
  }
}
