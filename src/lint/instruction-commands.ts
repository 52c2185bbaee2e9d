import { type Command, commandsOf, commandsOfWords } from '../shell/commands.ts'
import type { ShellVariables } from '../shell/fields.ts'
import { type Instruction, scriptOf } from './dockerfile/dockerfile.ts'
import { execForm } from './dockerfile/exec-form.ts'
import type { Values } from './dockerfile/values.ts'

/** The programs that an instruction runs while it is built: those of a `RUN`, in either form. */
export function instructionCommands(instruction: Instruction): readonly Command[] {
  if (instruction.keyword !== 'RUN') return []
  const variables = shellVariables(instruction.values)
  const words = execForm(instruction.argument)
  // No shell fills anything in here, but one that is started does.
  if (words !== undefined) return commandsOfWords(words, variables)
  const script = scriptOf(instruction)
  return script === undefined ? [] : commandsOf(script, variables)
}

const converted = new WeakMap<Values, ShellVariables>()

function shellVariables(values: Values): ShellVariables {
  const known = converted.get(values)
  if (known !== undefined) return known
  const variables = new Map(
    [...values].map(([name, value]) => [name, value === undefined ? [] : [value]] as const),
  )
  converted.set(values, variables)
  return variables
}
