import type { Exec } from '../exec/exec.ts'

/** What is about to be committed: the names, relative to the top of the working tree, of files that are new or changed. */
export async function stagedPaths(exec: Exec, top: string): Promise<readonly string[]> {
  const { stdout } = await exec.run(
    {
      program: 'git',
      args: ['diff', '--cached', '--name-only', '--diff-filter=ACMRT', '--no-renames', '-z'],
      cwd: top,
    },
    { isData: true },
  )
  return stdout.split('\0').filter((path) => path !== '')
}

/** Texts from the index, by name; what is not in it, and what is no file there, is left out. */
export async function indexTexts(
  exec: Exec,
  top: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = paths.filter((path) => !path.includes('\n'))
  if (asked.length === 0) return new Map()
  const chunks: Uint8Array[] = []
  await exec.run(
    { program: 'git', args: ['cat-file', '--batch'], cwd: top },
    {
      stdin: asked.map((path) => `:${path}\n`).join(''),
      onStdout: async (chunk) => {
        chunks.push(chunk)
      },
    },
  )
  return parseBatch(Buffer.concat(chunks), asked)
}

/** `<id> <type> <size>`, then so many bytes and a newline, for each in turn. */
function parseBatch(output: Buffer, asked: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  let at = 0
  for (const path of asked) {
    const newline = output.indexOf('\n', at)
    if (newline < 0) break
    const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(output.toString('utf8', at, newline)) ?? []
    at = newline + 1
    if (size === undefined) continue
    const end = at + Number(size)
    if (type === 'blob') texts.set(path, output.toString('utf8', at, end))
    at = end + 1
  }
  return texts
}

/** The top of the working tree that a directory is in, and where its hooks lie. Rejects with a `CommandError`. */
export async function gitPlaces(
  exec: Exec,
  cwd: string,
): Promise<{ readonly top: string; readonly hooks: string }> {
  const ask = async (directory: string, ...args: readonly string[]) =>
    (await exec.run({ program: 'git', args: ['rev-parse', ...args], cwd: directory }, { isData: true }))
      .stdout
  const top = await ask(cwd, '--show-toplevel')
  // A relative `core.hooksPath` starts at the top, and so does what git answers there.
  return { top, hooks: await ask(top, '--git-path', 'hooks') }
}
