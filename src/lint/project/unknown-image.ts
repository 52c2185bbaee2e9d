import type { ProjectRule } from './project-rule.ts'

export const unknownImage: ProjectRule = {
  name: 'unknown-image',
  severity: 'error',
  summary: 'a manifest has an image that nobody provides',
  why: 'no image of that name is built or pulled, so that its container would wait for one until the time is up',
  details: `A built image is meant by its repository, whatever the tag; a pulled one by exactly its reference. It is what
\`kindling up\` refuses with \`E_MANIFEST_IMAGE\`.

Correct the name in the manifest, or declare the image under \`images\`.`,
  *check({ imageProblems }) {
    for (const { location, message, hint, related } of imageProblems) {
      if (location === undefined) continue
      yield {
        location,
        message,
        hint: hint ?? 'declare it under `images`',
        ...(related === undefined ? {} : { related }),
      }
    }
  },
}
