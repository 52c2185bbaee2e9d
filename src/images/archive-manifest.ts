import { z } from 'zod'

/** The file that tells what is in an archive directory. */
export const manifestName = 'kindling-images.json'
const version = 1

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const archivedImage = z.object({
  name: z.string().min(1),
  repository: z.string().min(1),
  reference: z.string().min(1),
  fingerprint: sha256,
  id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  platform: z.string().exactOptional(),
  // In the directory itself: a manifest from elsewhere must not make anybody read other files.
  file: z.string().regex(/^(?!\.)[\w.-]+$/),
  bytes: z.int().nonnegative(),
  sha256,
})

const manifest = z.object({ version: z.literal(version), images: z.array(archivedImage) })

/** An image as an archive directory has it. */
export interface ArchivedImage {
  /** As the configuration that built it calls it. */
  readonly name: string
  /** As manifests know it, for example `shop/gateway`. */
  readonly repository: string
  /** The name in the tar. */
  readonly reference: string
  readonly fingerprint: string
  /** `sha256:` and 64 hex digits. */
  readonly id: string
  /** `os/architecture[/variant]`, where the build was told one. */
  readonly platform?: string
  /** Name of the tar in the directory. */
  readonly file: string
  readonly bytes: number
  /** Of the tar, in hex. */
  readonly sha256: string
}

/** Reads a manifest; what is wrong with it is said in one sentence. */
export function parseManifest(
  text: string,
): { readonly images: readonly ArchivedImage[] } | { readonly problem: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  const result = manifest.safeParse(value)
  if (result.success) return { images: result.data.images }
  const [issue] = result.error.issues
  const path = issue?.path.join('.') ?? ''
  if (path === 'version') return { problem: `its version is not ${version}` }
  return { problem: `\`${path}\`: ${issue?.message}` }
}

/** The text of a manifest. */
export function formatManifest(images: readonly ArchivedImage[]): string {
  return `${JSON.stringify({ version, images }, null, 2)}\n`
}
