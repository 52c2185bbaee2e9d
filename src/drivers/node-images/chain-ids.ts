import { createHash } from 'node:crypto'

/**
 * What containerd calls each layer unpacked on top of those below it: the ChainID of OCI's image specification
 * (https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#layer-chainid). `digests` are of the uncompressed
 * layers, from the base up.
 */
export function chainIds(digests: readonly string[]): string[] {
  const chain: string[] = []
  for (const digest of digests) {
    const below = chain.at(-1)
    chain.push(below === undefined ? digest : sha256(`${below} ${digest}`))
  }
  return chain
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
