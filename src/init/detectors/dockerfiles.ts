import { Arg, Copy, DockerfileParser, From } from 'dockerfile-ast'
import { baseImages } from '../../images/base-images.ts'
import type { Detector } from '../detector.ts'
import type { DockerfileFinding } from '../findings.ts'
import { baseName } from '../paths.ts'

const name = /^(?:[\w.-]+[.-])?(?:dockerfile|containerfile)(?:[.-][\w.-]+)?$/i

/** Dockerfiles and Containerfiles: what they start from, copy and listen on. */
export const dockerfiles: Detector = {
  name: 'Dockerfiles',
  isFor: (path) => {
    const file = baseName(path)
    return name.test(file) && !/\.(?:docker|container)ignore$|\.(?:md|j2|tmpl|tpl|erb|in)$/i.test(file)
  },
  detect: (path, text) => {
    const instructions = DockerfileParser.parse(text).getInstructions()
    const froms = instructions.filter((instruction) => instruction instanceof From)
    if (froms.length === 0) return []
    const finding: DockerfileFinding = {
      kind: 'dockerfile',
      path,
      bases: [...new Set(baseImages(text, { args: {} }).map((base) => base.name))],
      ports: instructions.flatMap((instruction) =>
        instruction.getInstruction() === 'EXPOSE'
          ? instruction.getArguments().flatMap((argument) => portOf(argument.getValue()))
          : [],
      ),
      copies: instructions.flatMap((instruction) => {
        const isCopy = instruction instanceof Copy || instruction.getInstruction() === 'ADD'
        if (!isCopy || /\s--from=/.test(instruction.getTextContent())) return []
        return instruction
          .getArguments()
          .slice(0, -1)
          .map((argument) => argument.getValue().replace(/^\[?"?|"?,?$/g, ''))
          .filter((source) => !/^<<|:\/\/|\$|^git@|^--/.test(source))
      }),
      requiredArgs: requiredArgs(instructions, froms),
    }
    return [finding]
  },
}

function portOf(text: string): number[] {
  const number = Number(/^(\d+)(?:\/tcp)?$/.exec(text)?.[1])
  return number >= 1 && number <= 65_535 ? [number] : []
}

/** Arguments in front of the first FROM that have no default, and that a FROM has to have. */
function requiredArgs(
  instructions: ReturnType<ReturnType<typeof DockerfileParser.parse>['getInstructions']>,
  froms: readonly From[],
): string[] {
  const [first] = froms
  return instructions
    .slice(0, first === undefined ? 0 : instructions.indexOf(first))
    .flatMap((instruction) => {
      const property = instruction instanceof Arg ? instruction.getProperty() : null
      if (property === null || property.getValue() !== null) return []
      const use = new RegExp(`\\$(?:${property.getName()}\\b|\\{${property.getName()}\\})`)
      return froms.some((from) => use.test(from.getTextContent())) ? [property.getName()] : []
    })
}
