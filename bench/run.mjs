// Runs the benchmarks of this folder, or those whose names are given, and prints their tables as Markdown.
import { readdir } from 'node:fs/promises'
import { cpus } from 'node:os'

const wanted = process.argv.slice(2)
const names = (await readdir(import.meta.dirname))
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.slice(0, -'.bench.mjs'.length))
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are: ${names.join(', ')}`)
  process.exit(2)
}

console.log(`Node ${process.version}, ${process.platform}/${process.arch}, ${cpus().length} CPUs\n`)
for (const name of wanted.length > 0 ? wanted : names) {
  const { title, bench } = await import(`./${name}.bench.mjs`)
  console.log(`## ${title}\n\n${await bench()}\n`)
}
