/** Sizes by ID, from lines of an ID, with its algorithm or without, and a number of bytes. */
export function sizesIn(output: string): ReadonlyMap<string, number> {
  return new Map(
    output
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [id = '', bytes] = line.split(' ')
        return [id.includes(':') ? id : `sha256:${id}`, Number(bytes)]
      }),
  )
}
