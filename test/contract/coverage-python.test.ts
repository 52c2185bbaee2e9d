import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import istanbul from 'istanbul-lib-coverage'
import { expect, test } from 'vitest'
import { python } from '../../src/coverage/python.ts'
import { RepositoryPaths } from '../../src/coverage/repository-paths.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'

const program = `import sys

def greet(name):
    if name == "nobody":
        return "hello?"
    return "hello " + name

print(greet(sys.argv[1]))
`

/** With the Python that comes first, or else with the system's, for which it is a package. */
const paths = [process.env.PATH ?? '', `/usr/bin:${process.env.PATH}`]
const PATH = paths.find((each) => {
  const env = { ...process.env, PATH: each }
  return spawnSync('python3', ['-m', 'coverage', '--version'], { env }).status === 0
})
const hasCoverage = PATH !== undefined

test.skipIf(!hasCoverage)(
  `what coverage.py itself has written becomes lines of the repository${hasCoverage ? '' : ' (it is not installed here)'}`,
  async () => {
    const root = temporaryDirectory({ 'services/shop.py': program })
    const image = temporaryDirectory({ 'shop.py': program })
    const data = temporaryDirectory()
    for (const [pod, name] of [
      ['web-1', 'ada'],
      ['web-2', 'grace'],
    ] as const) {
      const directory = join(data, pod)
      mkdirSync(directory)
      const run = spawnSync('python3', ['-m', 'coverage', 'run', 'shop.py', name], {
        cwd: image,
        env: { ...process.env, PATH, ...python.variables(directory) },
        encoding: 'utf8',
      })
      expect(run).toMatchObject({ status: 0, stdout: `hello ${name}\n` })
    }
    const paths = new RepositoryPaths([[image, join(root, 'services')]])
    const tools = {
      exec: new LocalExec({ env: { PATH: PATH ?? '' } }),
      root,
      temporary: temporaryDirectory(),
    }
    const found = istanbul.createCoverageMap(await python.read({ directories: [data], paths }, tools))
    const file = join(root, 'services/shop.py')
    expect(found.files()).toEqual([file])
    expect(found.fileCoverageFor(file).getLineCoverage()).toEqual({ 1: 1, 3: 1, 4: 1, 5: 0, 6: 1, 8: 1 })
  },
)
