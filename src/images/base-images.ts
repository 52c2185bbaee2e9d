import {
  Arg,
  DockerfileParser,
  From as FromInstruction,
  type Instruction,
  ModifiableInstruction,
} from 'dockerfile-ast'
import type { SourcePosition } from '../diagnostics/diagnostic.ts'

/** An image that a Dockerfile starts from, copies from or mounts. */
export interface BaseImage {
  /** As the engine understands it: arguments are filled in. */
  readonly name: string
  /** As it stands there, arguments and all. */
  readonly written: string
  /** Where the Dockerfile has it, from 1; `end` is exclusive. */
  readonly start: SourcePosition
  readonly end: SourcePosition
}

export interface BaseImageOptions {
  /** Build arguments; what is not among them has the default of the Dockerfile. */
  readonly args: Readonly<Record<string, string>>
  /** The stage that is built, default the last; those after it are of no account. */
  readonly target?: string | undefined
}

type Values = Readonly<Record<string, string>>

/**
 * The images that a build needs, in the order and as often as the Dockerfile names them. Stages of its own and
 * `scratch` are no images.
 */
export function baseImages(text: string, { args, target }: BaseImageOptions): readonly BaseImage[] {
  const images: BaseImage[] = []
  const stages: string[] = []
  // Those before the first FROM are for all FROMs, and for the stages that declare them again.
  let globals: Values | undefined
  let values: Values = {}
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction instanceof FromInstruction) {
      if (target !== undefined && isStage(target, stages)) break
      globals ??= values
      values = globals
    }
    for (const { source, range } of sourcesOf(instruction)) {
      const name = substitute(source, values)
      if (name === '' || name === 'scratch' || isStage(name, stages)) continue
      images.push({ name, written: source, start: positionOf(range.start), end: positionOf(range.end) })
    }
    if (instruction instanceof FromInstruction) {
      stages.push(instruction.getBuildStage()?.toLowerCase() ?? '')
      values = {}
    } else if (instruction instanceof Arg) {
      values = { ...values, ...declared(instruction, args, values, globals) }
    }
  }
  return images
}

interface Position {
  readonly line: number
  readonly character: number
}

interface Source {
  readonly source: string
  readonly range: { readonly start: Position; readonly end: Position }
}

/** What stands where an instruction names a stage or an image. */
function sourcesOf(instruction: Instruction): Source[] {
  if (instruction instanceof FromInstruction) {
    const [source, range] = [instruction.getImage(), instruction.getImageRange()]
    return source === null || range === null ? [] : [{ source, range }]
  }
  if (!(instruction instanceof ModifiableInstruction)) return []
  return instruction.getFlags().flatMap((flag) => {
    const [value, range] = [flag.getValue(), flag.getValueRange()]
    if (value === null || range === null) return []
    if (flag.getName() === 'from') return [{ source: value, range }]
    const mounted = flag.getName() === 'mount' ? /(?:^|,)from=([^,]+)/.exec(value)?.[1] : undefined
    return mounted === undefined ? [] : [{ source: mounted, range }]
  })
}

/** By its name, or by its number. */
function isStage(name: string, stages: readonly string[]): boolean {
  return stages.includes(name.toLowerCase()) || (/^\d+$/.test(name) && Number(name) < stages.length)
}

function declared(arg: Arg, args: Values, values: Values, globals: Values | undefined): Values {
  const property = arg.getProperty()
  if (property === null) return {}
  const [name, fallback] = [property.getName(), property.getValue()]
  const value = args[name] ?? (fallback === null ? globals?.[name] : substitute(fallback, values))
  return value === undefined ? {} : { [name]: value }
}

/** `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+instead}`, as the Dockerfile reference has them. */
function substitute(text: string, values: Values): string {
  return text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g,
    (_, plain?: string, braced?: string, operator?: string, word = '') => {
      const value = values[plain ?? braced ?? ''] ?? ''
      if (operator === '+') return value === '' ? '' : word
      return value === '' ? word : value
    },
  )
}

function positionOf({ line, character }: Position): SourcePosition {
  return { line: line + 1, column: character + 1 }
}
