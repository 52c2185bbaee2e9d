import { DockerfileParser } from 'dockerfile-ast'

/** An instruction of a Dockerfile with its first line, counted from 1. */
export interface DockerfileInstruction {
  readonly line: number
  /** On one line: continuations joined, white space collapsed. */
  readonly text: string
}

/**
 * The images a Dockerfile starts from or copies from, with the arguments filled in that its `FROM` lines use. Stages of
 * its own and `scratch` are no images.
 */
export function baseImages(text: string, args: Readonly<Record<string, string>>): string[] {
  const dockerfile = DockerfileParser.parse(text)
  const values: Record<string, string> = {}
  for (const arg of dockerfile.getInitialARGs()) {
    const property = arg.getProperty()
    if (property === null) continue
    values[property.getName()] = args[property.getName()] ?? substitute(property.getValue() ?? '', values)
  }
  const stages = new Set<string>(['scratch'])
  const images = new Set<string>()
  for (const from of dockerfile.getFROMs()) {
    const image = substitute(from.getImage() ?? '', values)
    if (image !== '' && !stages.has(image)) images.add(image)
    const stage = from.getBuildStage()
    if (stage !== null) stages.add(stage)
  }
  for (const copy of dockerfile.getCOPYs()) {
    const source = copy.getFromFlag()?.getValue() ?? ''
    // A number is the index of a stage.
    if (source !== '' && !stages.has(source) && !/^\d+$/.test(source)) images.add(source)
  }
  return [...images]
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`, as the Dockerfile reference allows them in `FROM`. */
function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (_, plain?: string, braced?: string, fallback?: string) =>
      values[plain ?? braced ?? ''] || (fallback ?? ''),
  )
}

/** The instruction an engine announced, found by its text; engines print them on one line. */
export function findInstruction(text: string, announced: string): DockerfileInstruction | undefined {
  const wanted = comparable(announced)
  const instruction = DockerfileParser.parse(text)
    .getInstructions()
    .find((candidate) => comparable(candidate.getTextContent()) === wanted)
  if (instruction === undefined) return undefined
  return { line: instruction.getRange().start.line + 1, text: oneLine(instruction.getTextContent()) }
}

function oneLine(text: string): string {
  return text
    .replaceAll(/\\\s*\n\s*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** podman prints the JSON form without its brackets and quotes. */
function comparable(text: string): string {
  return oneLine(text)
    .replaceAll(/[[\]",\s]/g, '')
    .toLowerCase()
}
