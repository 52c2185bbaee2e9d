import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type ManifestRead, parseManifests } from './manifest.ts'
import type { RenderedManifests } from './sources.ts'

/**
 * The objects in the output of a program. They stand where the configuration asks for them, since nobody could open
 * the output; what they were rendered from is named by the nearest comment `# Source: …` above them, as helm writes
 * it, if there is one.
 */
export function parseRendered(text: string, source: RenderedManifests): ManifestRead {
  const { location, namespace } = source
  const { manifests, diagnostics } = parseManifests(location.file, text)
  const originAt = originFinder(text, source)
  if (manifests.length === 0 && diagnostics.length === 0) {
    return { manifests, diagnostics: [nothingRendered(source)] }
  }
  return {
    manifests: manifests.map(({ object, locate }) => ({
      object,
      locate: () => location,
      origin: originAt(locate([]).start.line),
      ...(namespace === undefined ? {} : { namespace }),
    })),
    diagnostics: diagnostics.map((diagnostic) => {
      const line = diagnostic.location?.start.line ?? 1
      const message = `${diagnostic.message} (line ${line} of what was rendered from ${originAt(line)})`
      return { ...diagnostic, message, location }
    }),
  }
}

function originFinder(text: string, { origin, templateName }: RenderedManifests): (line: number) => string {
  // Only a comment can begin in the first column with these words: text of several lines is indented.
  const comments = text
    .split('\n')
    .flatMap((line, index) =>
      line.startsWith('# Source: ')
        ? [{ line: index + 1, name: line.slice('# Source: '.length).trim() }]
        : [],
    )
  return (line) => {
    const comment = comments.findLast((candidate) => candidate.line <= line)
    return comment === undefined ? origin : (templateName?.(comment.name) ?? origin)
  }
}

function nothingRendered({ origin, location }: RenderedManifests): Diagnostic {
  return {
    code: 'E_MANIFEST_MISSING',
    severity: 'error',
    message: `there are no manifests in what was rendered from ${origin}`,
    location,
    hint: 'remove it, or have it render something: perhaps a value switches everything off',
  }
}
