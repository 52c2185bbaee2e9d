import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { GeneratedExpression } from '../../config/expression.ts'
import { type GeneratedValue, partsOf } from '../../config/generated.ts'
import { fileVariable } from '../../config/generated-rules.ts'
import { writePrivateFile } from '../../state/private-files.ts'
import type { GeneratedValues } from './make-values.ts'

/** By name and part, the paths of the files that tests get. */
export type GeneratedFiles = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Where the files of generated values are, in the directory of an environment's hand-over files. */
export function valueFiles(
  directory: string,
  wanted: ReadonlyMap<string, GeneratedValue>,
): { readonly files: GeneratedFiles; readonly variables: Readonly<Record<string, string>> } {
  const entries = [...wanted.values()].flatMap(({ name, recipe }) =>
    partsOf(recipe.kind).map((part) => ({
      name,
      part,
      variable: fileVariable(name, recipe, part),
      path: join(directory, 'generated', name, part === 'value' ? part : `${part}.pem`),
    })),
  )
  const files: Record<string, Record<string, string>> = {}
  for (const { name, part, path } of entries) files[name] = { ...files[name], [part]: path }
  return { files, variables: Object.fromEntries(entries.map(({ variable, path }) => [variable, path])) }
}

/** The file of what an expression names. */
export function fileOf({ value, part }: GeneratedExpression, files: GeneratedFiles): string | undefined {
  const all = files[value] ?? {}
  return part === undefined ? Object.values(all)[0] : all[part]
}

/** Writes the files, private, and removes those of values that are no longer wanted. */
export function writeValueFiles(directory: string, files: GeneratedFiles, values: GeneratedValues): void {
  const root = join(directory, 'generated')
  for (const [name, parts] of Object.entries(files)) {
    for (const [part, path] of Object.entries(parts)) {
      const text = values.get(name)?.[part]
      if (text !== undefined) writePrivateFile(path, text)
    }
  }
  removeAllBut(Object.keys(files), root)
  for (const [name, parts] of Object.entries(files)) {
    const wanted = Object.values(parts).map((path) => basename(path))
    removeAllBut(wanted, join(root, name))
  }
}

function removeAllBut(wanted: readonly string[], directory: string): void {
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    if (!wanted.includes(name)) rmSync(join(directory, name), { recursive: true, force: true })
  }
}
