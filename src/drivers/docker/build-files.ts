import { constants, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import type { BuildRequest } from '../container-engine.ts'
import type { Builder } from './docker.ts'

interface Position {
  readonly line: number
  readonly column: number
}

/** Where a Dockerfile names an image, from 1; `end` is exclusive. */
export interface NamedImage {
  /** With arguments filled in. */
  readonly name: string
  readonly start: Position
  readonly end: Position
}

/**
 * How Dockerfiles and contexts are read. Given in, so that docker builds by the very rules that fingerprints are made
 * by, and podman's.
 */
export interface BuildRules {
  /** The images a build needs, wherever the Dockerfile names them. */
  baseImages(
    text: string,
    options: { readonly args: Readonly<Record<string, string>>; readonly target?: string | undefined },
  ): readonly NamedImage[]
  /** The ignore file that counts. */
  ignoreFileOf(context: string, dockerfile: string): string | undefined
  /** What a build sees, as paths within the context. */
  contextFiles(context: string, dockerfile: string): readonly { readonly path: string }[]
}

/** What docker is given: absolute paths. */
export type BuildFiles = Pick<BuildRequest, 'dockerfile' | 'context'>

/**
 * Hands out the Dockerfile and context of a build as they are, or, where docker would read them otherwise than the
 * rules say, a copy that lives as long as it is used: with the images of this run in place of the names for them
 * (`--build-context` would do that, but only with a plugin and a daemon that are both new enough), beside the ignore
 * file that counts.
 */
export async function withBuildFiles<T>(
  request: BuildRequest,
  builder: Builder,
  rules: BuildRules,
  use: (files: BuildFiles) => Promise<T>,
): Promise<T> {
  const { dockerfile, context } = request
  const text = readFileSync(dockerfile, 'utf8')
  const resolved = resolveNames(text, request, rules)
  const ignoreFile = rules.ignoreFileOf(context, dockerfile)
  const isReadAnyway =
    ignoreFile === undefined ||
    ignoreFile === join(context, '.dockerignore') ||
    (builder === 'buildkit' && ignoreFile === `${dockerfile}.dockerignore`)
  if (resolved === text && isReadAnyway) return use({ dockerfile, context })

  const directory = mkdtempSync(join(tmpdir(), 'kindling-build-'))
  try {
    // Errors name the file.
    const copy = join(directory, basename(dockerfile))
    writeFileSync(copy, resolved)
    if (ignoreFile !== undefined) copyFileSync(ignoreFile, `${copy}.dockerignore`)
    if (isReadAnyway || builder === 'buildkit') return await use({ dockerfile: copy, context })
    const staged = join(directory, 'context')
    stage(request, rules, staged)
    return await use({ dockerfile: copy, context: staged })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function resolveNames(text: string, { baseImages, args, target }: BuildRequest, rules: BuildRules): string {
  const lines = text.split('\n')
  // From the end, so that the positions before stay right.
  for (const { name, start, end } of [...rules.baseImages(text, { args, target })].reverse()) {
    const reference = baseImages.get(name)
    const line = lines[start.line - 1]
    if (reference === undefined || line === undefined || end.line !== start.line) continue
    const named = line.slice(start.column - 1, end.column - 1)
    // In a mount, the name is one of several options.
    const replaced = /(^|,)from=/.test(named)
      ? named.replace(/(^|,)from=[^,]*/, `$1from=${reference}`)
      : reference
    lines[start.line - 1] = line.slice(0, start.column - 1) + replaced + line.slice(end.column - 1)
  }
  return lines.join('\n')
}

/** The legacy builder knows no ignore file but that of the context: it gets a context of what is to be seen. */
function stage({ context, dockerfile }: BuildRequest, rules: BuildRules, directory: string): void {
  const seen = new Set(rules.contextFiles(context, dockerfile).map(({ path }) => path))
  seen.add('').delete('.dockerignore')
  cpSync(context, directory, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => seen.has(relative(context, source)),
  })
}
