import { basename } from 'node:path'
import { formatBytes } from '../../util/bytes.ts'
import type { ContextFacts, ProjectRule } from './project-rule.ts'

/** What images rarely want of a repository: history, what is installed or built in it, and what tools leave behind. */
const ballast: ReadonlySet<string> = new Set(
  (
    '.git .hg .svn .venv venv .tox .mypy_cache .pytest_cache .ruff_cache __pycache__ .gradle .idea .vscode .next .nuxt ' +
    '.cache .terraform node_modules bower_components dist build target out coverage tmp logs'
  ).split(' '),
)

const mebibyte = 2 ** 20
/** Less is not worth a line. */
const leastBallast = mebibyte
/** Without an ignore file, a context of more has something in it that nobody meant. */
const leastWithout = 10 * mebibyte
/** So much is told in any case. */
const leastAnyway = 100 * mebibyte

export const dockerignore: ProjectRule = {
  name: 'dockerignore',
  severity: 'warning',
  summary: 'a build context has no `.dockerignore`, or one that lets through what no image needs',
  why: 'each build reads, hashes and copies the whole context, and a change to any file in it is a reason to build again',
  details: `The size is that of what a build sees, after its \`.dockerignore\`, \`.containerignore\` or \`<Dockerfile>.dockerignore\`.
The rule reports directories such as \`.git\`, \`node_modules\`, \`target\` and \`dist\` from 1 MiB, unless a \`COPY\` names them;
contexts without any ignore file from 10 MiB; and any context from 100 MiB. Contexts belong to images, so it looks only at those
in a \`kindling.yaml\`.`,
  *check({ contexts }) {
    for (const context of contexts) {
      const { ignoreFile, bytes, location, images } = context
      const heavy = ballastOf(context)
      const heavyBytes = heavy.reduce((sum, [, size]) => sum + size, 0)
      const limit = ignoreFile === undefined ? leastWithout : leastAnyway
      if (heavyBytes < leastBallast && bytes < limit) continue
      const names = heavy.map(([name, size]) => `${name} (${formatBytes(size)})`).join(', ')
      const of = images.length === 1 ? `of image \`${images[0]}\`` : `of ${images.length} images`
      const cause =
        ignoreFile === undefined ? 'has no .dockerignore and' : `lets through, past ${basename(ignoreFile)},`
      const size = ignoreFile === undefined ? `lets through ${formatBytes(bytes)}` : formatBytes(bytes)
      const largest = names === '' ? largestOf(context) : names
      yield {
        location,
        message: `the build context ${of} ${cause} ${size}${largest === '' ? '' : `: ${largest}`}`,
        hint: `${ignoreFile === undefined ? 'write' : 'add to'} ${
          ignoreFile === undefined ? '`.dockerignore` in the context' : `\`${basename(ignoreFile)}\``
        }${heavy.length > 0 ? `: ${heavy.map(([name]) => `\`${name}\``).join(', ')}` : ' what no image needs'}`,
      }
    }
  },
}

function ballastOf({ entries, copied }: ContextFacts): (readonly [string, number])[] {
  const isCopied = (name: string) => copied.some((path) => path === name || path.startsWith(`${name}/`))
  return [...entries]
    .filter(([name, size]) => ballast.has(name) && !isCopied(name) && size > 0)
    .sort(([, a], [, b]) => b - a)
}

function largestOf({ entries }: ContextFacts): string {
  const [first] = [...entries].sort(([, a], [, b]) => b - a)
  return first === undefined ? '' : `most of it is ${first[0]} (${formatBytes(first[1])})`
}
