import { readdir } from 'node:fs/promises'
import { gitFiles } from '../../drivers/git.ts'
import type { Exec } from '../../exec/exec.ts'
import { isForeign } from '../../init/repository.ts'

/** Without git, to have an end in a home directory. */
const mostFiles = 100_000

/** The files of a repository that it has itself: what git ignores and what it has from others is left out; sorted. */
export async function listFiles(root: string, exec: Exec): Promise<readonly string[]> {
  const known = await gitFiles(exec, root)
  // An empty answer is that of a directory which git ignores as a whole.
  const files = known === undefined || known.length === 0 ? await walk(root) : known
  return files.filter((file) => !isForeign(file)).toSorted()
}

async function walk(root: string): Promise<readonly string[]> {
  const files: string[] = []
  const directories = ['']
  for (const directory of directories) {
    if (files.length >= mostFiles) break
    const entries = await readdir(`${root}/${directory}`, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = `${directory}${entry.name}`
      if (entry.isFile()) files.push(path)
      else if (entry.isDirectory() && !isForeign(path)) directories.push(`${path}/`)
    }
  }
  return files
}
