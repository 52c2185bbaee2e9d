import { readdir, readFile } from 'node:fs/promises'
import dockerfileAst from 'dockerfile-ast'
import { formatSpread, spread, table } from './measure.mjs'

export const title = 'Lint: 1,000 Dockerfiles'

const dist = new URL('../dist/', import.meta.url)
const corpus = new URL('../src/lint/testdata/', import.meta.url)
const count = 1_000
const rounds = 7

/** What each costs: taking Dockerfiles apart, by our reader and by dockerfile-ast, and all rules on top of it. */
export async function bench() {
  const { lintDockerfile } = await import(new URL('lint/lint-dockerfile.js', dist))
  const { readInstructions } = await import(new URL('lint/dockerfile/read-instructions.js', dist))
  const files = await dockerfiles()
  const works = {
    'our reader': readInstructions,
    'dockerfile-ast': (text) => dockerfileAst.DockerfileParser.parse(text).getInstructions(),
    'all rules': lintDockerfile,
  }
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      const before = process.cpuUsage()
      for (const text of files) work(text)
      const { user, system } = process.cpuUsage(before)
      times[name].push((user + system) / 1000)
    }
  }
  const [cold, ...warm] = [0, 1].map((round) => times['all rules'][round].toFixed(0))
  const bytes = files.reduce((sum, text) => sum + text.length, 0)
  const rows = Object.entries(times).map(([name, all]) => [name, `${formatSpread(spread(all), 0)} ms`])
  return [
    `${count} Dockerfiles of ${Math.round(bytes / count)} characters; median and range of CPU time in ${rounds} rounds of one process.`,
    `All rules take ${cold} ms in the first round of a process, ${warm[0]} ms in the second.`,
    '',
    table(['work', 'time'], rows),
  ].join('\n')
}

/** Snippets of the tests, put together to files of the size that people have. */
async function dockerfiles() {
  const texts = await Promise.all(
    (await readdir(corpus)).map((name) => readFile(new URL(name, corpus), 'utf8')),
  )
  const snippets = texts
    .flatMap((text) => text.split(/^=== .*\n/m).slice(1))
    .map((one) => one.replace(/^---.*$/m, ''))
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: 12 }, (__, j) => snippets[(i * 7 + j * 13) % snippets.length]).join(''),
  )
}
