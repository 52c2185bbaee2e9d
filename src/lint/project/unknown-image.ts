import type { ProjectRule } from './project-rule.ts'

export const unknownImage: ProjectRule = {
  name: 'unknown-image',
  severity: 'error',
  summary: 'a manifest uses an image that nobody provides',
  why: 'no image of that name is built or pulled, so its container would wait for it until the time is up',
  details: `Built images are recognised by their repository, whatever the tag; pulled ones by exactly their reference. \`kindling up\` refuses
such a manifest with \`E_MANIFEST_IMAGE\`.

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
