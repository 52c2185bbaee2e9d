import { existsSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Config } from './config.ts'
import { parseConfig } from './parse.ts'

/** The name looked for when no file is given. */
export const configFileName = 'kindling.yaml'

export interface LoadOptions {
  /** Path of the file, relative to `cwd`; absent means that it is looked for in `cwd` and above. */
  readonly file?: string
  /** Absolute path. */
  readonly cwd: string
  /** Environment variables for `${env.NAME}`; default: those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface LoadedConfig {
  /** Present exactly when no diagnostic is an error. */
  readonly config?: Config
  readonly diagnostics: readonly Diagnostic[]
  /** Text of the file, for excerpts; absent when it could not be read. */
  readonly source?: string
}

/** Finds, reads and checks the configuration. Never rejects because of what a user wrote or where. */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { cwd } = options
  const env = options.env ?? process.env
  if (options.file !== undefined) {
    const file = inRealDirectory(resolve(cwd, options.file))
    const text = await readText(file)
    return 'error' in text ? notFound(`cannot read ${file}: ${text.error}`) : load(file, text.text, env)
  }
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, configFileName)
    if (existsSync(path)) {
      const file = inRealDirectory(path)
      const text = await readText(file)
      return 'error' in text ? notFound(`cannot read ${file}: ${text.error}`) : load(file, text.text, env)
    }
    if (directory === dirname(directory)) {
      return notFound(`no ${configFileName} in ${resolve(cwd)} or in any directory above it`)
    }
  }
}

function load(file: string, source: string, env: NonNullable<LoadOptions['env']>): LoadedConfig {
  return { ...parseConfig(file, source, { exists: existsSync, env }), source }
}

/**
 * One checkout is one directory, whichever links lead to it: its environments are known by that. The file itself may be a
 * link, and what it says starts where the link is.
 */
export function inRealDirectory(file: string): string {
  try {
    return join(realpathSync(dirname(file)), basename(file))
  } catch {
    // It is not there, which reading it will tell.
    return file
  }
}

async function readText(file: string): Promise<{ text: string } | { error: string }> {
  try {
    return { text: await readFile(file, 'utf8') }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a directory',
      EACCES: 'permission denied',
    }
    return { error: reasons[code ?? ''] ?? String(error) }
  }
}

function notFound(message: string): LoadedConfig {
  const hint = `run this inside a project that has a ${configFileName}, or name the file`
  return { diagnostics: [{ code: 'E_CONFIG_NOT_FOUND', severity: 'error', message, hint }] }
}
