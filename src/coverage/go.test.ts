import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import istanbul from 'istanbul-lib-coverage'
import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { go, readProfile } from './go.ts'
import { RepositoryPaths } from './repository-paths.ts'

const source = `package main

func main() {
	if len(arguments()) > 3 {
		// Too many.
		panic("no")
	}

	run()
}
`

const profile = `mode: set
example.com/shop/cmd/main.go:3.13,4.27 1 1
example.com/shop/cmd/main.go:4.27,7.3 1 0
example.com/shop/cmd/main.go:9.2,9.7 1 1
example.com/shop/cmd/main.go:9.2,9.7 1 0
example.com/other/other.go:1.1,2.2 1 1
`

function shop(): { readonly root: string; readonly file: string; readonly paths: RepositoryPaths } {
  const root = temporaryDirectory()
  mkdirSync(join(root, 'services/cmd'), { recursive: true })
  const file = join(root, 'services/cmd/main.go')
  writeFileSync(file, source)
  return { root, file, paths: new RepositoryPaths([['example.com/shop', join(root, 'services')]]) }
}

test('blocks become lines of code: one that has run in any block has run, and comments and braces are none', () => {
  const { file, paths } = shop()
  const map = istanbul.createCoverageMap(readProfile(profile, paths))
  expect(map.files()).toEqual([file])
  expect(map.fileCoverageFor(file).getLineCoverage()).toEqual({ 3: 1, 4: 1, 6: 0, 9: 1 })
  expect(paths.unknown).toEqual(['example.com/other/other.go'])
})

test('the counters of all pods are read by one call of go, those without counters not at all', async () => {
  const { root, file, paths } = shop()
  const data = temporaryDirectory()
  for (const name of [
    'a/covmeta.1',
    'a/covcounters.1.1.1',
    'b/covmeta.1',
    'c/covcounters.1.1.2',
    'c/covmeta.1',
  ]) {
    mkdirSync(join(data, name, '..'), { recursive: true })
    writeFileSync(join(data, name), '')
  }
  const exec = new FakeExec(({ args }) => {
    writeFileSync(args.at(-1)?.replace('-o=', '') ?? '', profile)
    return {}
  })
  const temporary = temporaryDirectory()
  const found = await go.read({ directories: [data], paths }, { exec, root, temporary })
  expect(Object.keys(found)).toEqual([file])
  expect(exec.commands).toMatchObject([
    {
      program: 'go',
      args: ['tool', 'covdata', 'textfmt', `-i=${data}/a,${data}/c`, `-o=${temporary}/profile.txt`],
    },
  ])
})
