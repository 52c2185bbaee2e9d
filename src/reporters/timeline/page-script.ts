import { readFileSync } from 'node:fs'
import { inlineModules } from './inline-modules.ts'

/** The page's modules, each after those it imports. */
const modules = [
  '../../util/duration',
  '../../util/bytes',
  'page/dom',
  'page/scale',
  'page/words',
  'page/selection',
  'page/details',
  'page/header',
  'page/gantt-bar',
  'page/gantt-links',
  'page/gantt-machine',
  'page/gantt-axis',
  'page/zoom',
  'page/gantt',
  'page/keyboard',
  'page/path',
  'page/builds',
  'page/comparison',
  'page/task-table',
  'page/main',
]

let script: string | undefined

/** The script of the page, made of the compiled modules beside this one. */
export function pageScript(): string {
  script ??= inlineModules(
    modules.map((name) => readFileSync(new URL(`./${name}.js`, import.meta.url), 'utf8')),
  )
  return script
}
