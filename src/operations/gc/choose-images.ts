/** Which of the images that stay for later runs are to go: all of them, where neither is said. */
export interface ImageLimits {
  /** Those that were made so long ago, milliseconds. */
  readonly olderThanMs?: number
  /** The oldest, until the rest takes no more than so many bytes. */
  readonly maxBytes?: number
}

interface Aged {
  readonly bytes: number
  readonly createdMs: number
}

/** Divides images into those that go, the oldest first, and those that stay. */
export function chooseImages<T extends Aged>(
  images: readonly T[],
  { olderThanMs, maxBytes }: ImageLimits,
  nowMs: number,
): { readonly going: readonly T[]; readonly staying: readonly T[] } {
  const byAge = images.toSorted((a, b) => a.createdMs - b.createdMs)
  if (olderThanMs === undefined && maxBytes === undefined) return { going: byAge, staying: [] }
  const isOld = ({ createdMs }: T) => olderThanMs !== undefined && nowMs - createdMs > olderThanMs
  let leftBytes = byAge.reduce((sum, { bytes }) => sum + bytes, 0)
  const going: T[] = []
  const staying: T[] = []
  for (const image of byAge) {
    if (isOld(image) || (maxBytes !== undefined && leftBytes > maxBytes)) {
      going.push(image)
      leftBytes -= image.bytes
    } else {
      staying.push(image)
    }
  }
  return { going, staying }
}
