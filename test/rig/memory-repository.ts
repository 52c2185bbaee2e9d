import { isForeign, type Repository } from '../../src/init/repository.ts'

/** A repository that is nowhere on disk. */
export function memoryRepository(texts: Readonly<Record<string, string>>): Repository {
  const files = Object.keys(texts)
    .filter((path) => !isForeign(path))
    .sort()
  return {
    root: '/repository/shop',
    files,
    has: (path) => path === '.' || files.some((file) => file === path || file.startsWith(`${path}/`)),
    read: (path) => texts[path],
  }
}
