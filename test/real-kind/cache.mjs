// A step is done again only if something it is made of has changed: its stamp holds the hash of all that.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { inRig } from './rig.mjs'

const stampOf = (step) => inRig('stamps', `${step.name}.json`)

/**
 * The key of a step: a hash of its name, the values in `inputs`, the contents of the files and folders in `files`, and
 * the keys of the steps it needs.
 */
export function keyOf(step, keys) {
  const hash = createHash('sha256')
  hash.update(
    JSON.stringify([step.name, step.inputs ?? null, (step.needs ?? []).map((name) => keys.get(name))]),
  )
  for (const file of (step.files ?? []).flatMap(listFiles)) {
    hash.update(`\0${relative(import.meta.dirname, file)}\0`)
    hash.update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** Whether the step was done with this key and what it made is still there. */
export async function isDone(step, key) {
  if (readStamp(step)?.key !== key) return false
  if (!(step.outputs ?? []).every((path) => existsSync(path))) return false
  return (await step.isStillThere?.()) ?? true
}

/** Remembers that the step is done; written under another name first, so that no half stamp is ever read. */
export function writeStamp(step, key, seconds) {
  const stamp = stampOf(step)
  mkdirSync(inRig('stamps'), { recursive: true })
  writeFileSync(`${stamp}.new`, `${JSON.stringify({ key, seconds })}\n`)
  renameSync(`${stamp}.new`, stamp)
}

function readStamp(step) {
  try {
    return JSON.parse(readFileSync(stampOf(step), 'utf8'))
  } catch {
    return undefined
  }
}

function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => listFiles(join(path, name)))
}
