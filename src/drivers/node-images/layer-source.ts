import type { CallOptions } from '../container-engine.ts'
import type { ImageDescription } from './oci-archive.ts'

/** Reads single layers out of an engine's storage. */
export interface LayerSource {
  /** Rejects with `CommandError`, or an error that says what cannot be read. */
  describe(id: string, options: CallOptions): Promise<ImageDescription>
  /**
   * Writes layers of an image into a directory, uncompressed, each named by the hex digits of its digest. The directory
   * is empty and private, and may be left with more in it. Resolves with all bytes that were written.
   */
  writeLayers(
    image: ImageDescription,
    digests: ReadonlySet<string>,
    directory: string,
    options: CallOptions,
  ): Promise<number>
}
