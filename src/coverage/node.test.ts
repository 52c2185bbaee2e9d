import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CoverageMapData } from 'istanbul-lib-coverage'
import istanbul from 'istanbul-lib-coverage'
import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { node } from './node.ts'
import { RepositoryPaths } from './repository-paths.ts'

const program = `export function greet(name) {
  if (name === 'nobody') {
    return 'hello?'
  }
  return 'hello ' + name
}
console.log(greet(process.argv[2]))
`

/** A repository, and an image with files of its own; each run of a program in it leaves its data. */
class Scene {
  readonly root = temporaryDirectory()
  readonly #image = temporaryDirectory()
  readonly #data = temporaryDirectory()
  #runs = 0

  write(where: 'repository' | 'image', path: string, text: string): void {
    const file = join(where === 'image' ? this.#image : this.root, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
  }

  run(path: string, ...args: readonly string[]): void {
    const NODE_V8_COVERAGE = join(this.#data, `${this.#runs++}`)
    const env = { ...process.env, ...node.variables(NODE_V8_COVERAGE) }
    execFileSync(process.execPath, [join(this.#image, path), ...args], { env })
  }

  async read(): Promise<{ files: Record<string, number[]>; unknown: readonly string[] }> {
    const paths = new RepositoryPaths([[this.#image, this.root]])
    const tools = { exec: new FakeExec(), root: this.root, temporary: temporaryDirectory() }
    const found = await node.read({ directories: [this.#data], paths }, tools)
    return {
      files: uncovered(found, this.root),
      unknown: paths.unknown.map((path) => path.slice(this.#image.length)),
    }
  }
}

/** By file of the repository, the lines that have not run. */
function uncovered(found: CoverageMapData, root: string): Record<string, number[]> {
  const map = istanbul.createCoverageMap(found)
  return Object.fromEntries(
    map
      .files()
      .map((file) => [file.slice(root.length), map.fileCoverageFor(file).getUncoveredLines().map(Number)]),
  )
}

test('what Node has measured in an image is about files of the repository; packages are left out', async () => {
  const scene = new Scene()
  const main = `import 'dependency'\n${program}`
  for (const where of ['repository', 'image'] as const) {
    scene.write(where, 'app/main.mjs', main)
    scene.write(where, 'app/node_modules/dependency/package.json', '{ "main": "index.js" }')
    scene.write(where, 'app/node_modules/dependency/index.js', '// nothing\n')
  }
  scene.run('app/main.mjs', 'ada')
  expect(await scene.read()).toEqual({ files: { '/app/main.mjs': [4, 5] }, unknown: [] })
})

test('what one process has left out and another has run is covered', async () => {
  const scene = new Scene()
  for (const where of ['repository', 'image'] as const) scene.write(where, 'main.mjs', program)
  scene.run('main.mjs', 'ada')
  scene.run('main.mjs', 'nobody')
  expect((await scene.read()).files).toEqual({ '/main.mjs': [] })
})

/** The mappings of a text to one in which everything stands at the same place. */
function sameColumns(text: string): string {
  let before = 0
  return text
    .split('\n')
    .map((line, index) => {
      const first = `AA${index === 0 ? 'A' : 'C'}${vlq(-before)}`
      before = Math.max(line.length - 1, 0)
      return [first, ...Array.from({ length: before }, () => 'CAAC')].join(',')
    })
    .join(';')
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** A number as source maps have it: five bits to a digit, the lowest first, and the sign in the lowest of all. */
function vlq(value: number): string {
  const bits = value < 0 ? (-value << 1) | 1 : value << 1
  return bits < 32 ? `${digits[bits]}` : `${digits[(bits & 31) | 32]}${digits[bits >> 5]}`
}

test('a script that only the image has is read by its source map', async () => {
  const scene = new Scene()
  scene.write('repository', 'src/main.ts', program.replace('(name)', '(name: string): string'))
  const map = { version: 3, sources: ['../src/main.ts'], names: [], mappings: sameColumns(program) }
  scene.write('image', 'dist/main.mjs', `${program}//# sourceMappingURL=main.mjs.map\n`)
  scene.write('image', 'dist/main.mjs.map', JSON.stringify(map))
  scene.run('dist/main.mjs', 'ada')
  expect(await scene.read()).toEqual({ files: { '/src/main.ts': [3, 4] }, unknown: [] })
})

test('a script that the repository does not have is noted, and no reason to fail', async () => {
  const scene = new Scene()
  scene.write('image', 'made/by-the-build.mjs', program)
  scene.run('made/by-the-build.mjs')
  expect(await scene.read()).toEqual({ files: {}, unknown: ['/made/by-the-build.mjs'] })
})

test('what a killed process has left half-written is passed over', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'coverage-1-2-0.json'), '{"result":[{"scriptId":"1","url":"fi')
  const tools = { exec: new FakeExec(), root: directory, temporary: directory }
  expect(await node.read({ directories: [directory], paths: new RepositoryPaths([]) }, tools)).toEqual({})
})
