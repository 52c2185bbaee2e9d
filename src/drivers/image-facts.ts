/** What an engine says of an image it has. */
export interface ImageFacts {
  /** With all that it is built on. */
  readonly bytes: number
  /** When it was made, milliseconds since the epoch. */
  readonly createdMs: number
}

/** How `image inspect` is asked for what `imageFactsIn` reads. */
export const imageFactsFormat = '{{.Id}} {{.Size}} {{json .Created}}'

/** By ID, from lines of an ID, with its algorithm or without, a number of bytes and a time in quotes. */
export function imageFactsIn(output: string): ReadonlyMap<string, ImageFacts> {
  return new Map(
    output
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [id = '', bytes, created = ''] = line.split(' ')
        const createdMs = Date.parse(created.replaceAll('"', ''))
        return [id.includes(':') ? id : `sha256:${id}`, { bytes: Number(bytes), createdMs }]
      }),
  )
}
