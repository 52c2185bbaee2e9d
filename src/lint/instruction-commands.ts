import { type Instruction, scriptOf } from './dockerfile/dockerfile.ts'
import { execForm } from './dockerfile/exec-form.ts'
import { type Command, commandsOf, commandsOfWords } from './shell/commands.ts'

/** The programs that an instruction runs while it is built: those of a `RUN`, in either form. */
export function instructionCommands(instruction: Instruction): readonly Command[] {
  if (instruction.keyword !== 'RUN') return []
  const variables = new Map(
    [...instruction.values].map(([name, value]) => [name, value === undefined ? [] : [value]] as const),
  )
  const words = execForm(instruction.argument)
  // No shell fills anything in here, but one that is started does.
  if (words !== undefined) return commandsOfWords(words, variables)
  const script = scriptOf(instruction)
  return script === undefined ? [] : commandsOf(script, variables)
}
