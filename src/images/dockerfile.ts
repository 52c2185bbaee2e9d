import { DockerfileParser } from 'dockerfile-ast'

/** An instruction of a Dockerfile with its first line, counted from 1. */
export interface DockerfileInstruction {
  readonly line: number
  /** On one line: continuations joined, white space collapsed. */
  readonly text: string
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

/** Whether an instruction, as it stands in its Dockerfile, is the one an engine announced. */
export function isAnnounced(instruction: string, announced: string): boolean {
  return comparable(instruction) === comparable(announced)
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
