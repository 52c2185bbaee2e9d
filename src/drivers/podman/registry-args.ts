import { tryParseReference } from '../../util/image-reference.ts'

/**
 * Registries on this machine itself may do without TLS: docker takes them so, and podman can be told to. `localhost`
 * alone is no registry, but where images are that never came from one.
 */
export function tlsArgs(reference: string): string[] {
  const registry = tryParseReference(reference)?.registry ?? ''
  return isLoopback.test(registry) ? ['--tls-verify=false'] : []
}

const isLoopback = /^(?:localhost(?=:)|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/
