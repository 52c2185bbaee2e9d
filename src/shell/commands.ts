import type { MappedText } from '../util/mapped-text.ts'
import { type Field, fieldsOf, joinFields, type ShellVariables, turnsOf } from './fields.ts'
import { type Statement, statementsOf } from './statements.ts'
import { tokenize } from './tokenize.ts'
import { programOf, readsInput, unwrap } from './unwrap.ts'
import type { Word } from './word.ts'

/** A program that a script runs, whatever stands between the two. */
export interface Command {
  /** Without its directory; empty when it is not known. */
  readonly program: string
  /** The program as it is called, with its directory. */
  readonly path: string
  /** Its arguments. */
  readonly words: readonly Field[]
  /** Variables that are set for it alone. */
  readonly environment: ReadonlyMap<string, string>
  /** Where it stands in the file: from its program to its last word. */
  readonly start: number
  readonly end: number
  /** The script it is part of, of which `RUN` has the outermost. */
  readonly depth: number
  readonly after: string
}

/** Deeper ones nobody writes by hand. */
const deepest = 8
/** A loop over more words is followed for the first of them. */
const mostTurns = 8
/** What is longer is the work of a machine. */
const longestScript = 200_000

/** The commands of a script in their order, those of scripts within it included. Never throws. */
export function commandsOf(script: MappedText, variables: ShellVariables): readonly Command[] {
  const commands: Command[] = []
  new Reader(commands, new Map(variables), 0).read(script)
  return commands
}

/** The command that an exec form is. */
export function commandsOfWords(words: readonly MappedText[], variables: ShellVariables): readonly Command[] {
  const commands: Command[] = []
  const fields = words.map((mapped) => ({ text: mapped.text, mapped, isKnown: true }))
  new Reader(commands, new Map(variables), 0).run(fields, { environment: new Map(), input: [], after: '' })
  return commands
}

interface Surroundings {
  readonly environment: ReadonlyMap<string, string>
  readonly input: readonly MappedText[]
  readonly after: string
  /** What the command before writes into this one. */
  readonly piped?: MappedText | undefined
}

class Reader {
  readonly #commands: Command[]
  readonly #variables: Map<string, readonly string[]>
  readonly #depth: number

  constructor(commands: Command[], variables: Map<string, readonly string[]>, depth: number) {
    this.#commands = commands
    this.#variables = variables
    this.#depth = depth
  }

  read(script: MappedText): void {
    if (this.#depth > deepest || script.text.length > longestScript) return
    let printed: MappedText | undefined
    for (const statement of statementsOf(tokenize(script))) {
      this.#readSubstitutions(statement.words)
      if (statement.kind === 'loop') {
        const values = statement.words.flatMap((word) => this.#expand(word, 0))
        this.#variables.set(statement.variable, known(values.slice(0, mostTurns)))
        continue
      }
      const turns = Math.min(mostTurns, turnsOf(statement.words, this.#variables))
      const piped = statement.after.startsWith('|') && statement.after !== '||' ? printed : undefined
      for (let turn = 0; turn < turns; turn++) printed = this.#readCommand(statement, turn, piped)
    }
  }

  /** Notes what a program with its arguments does, or does what it would. */
  run(words: readonly Field[], surroundings: Surroundings): void {
    const [first] = words
    if (first === undefined || this.#depth > deepest) return
    const inner = unwrap(words)
    const below = new Reader(this.#commands, this.#variables, this.#depth + 1)
    if (inner?.kind === 'words') {
      below.run(inner.words, surroundings)
      return
    }
    if (inner?.kind === 'script') {
      below.read(inner.script)
      return
    }
    if (readsInput(words)) {
      for (const script of surroundings.input) below.read(script)
      if (surroundings.piped !== undefined) below.read(surroundings.piped)
    }
    const end = words.reduce((last, { mapped }) => Math.max(last, mapped.end), first.mapped.end)
    this.#commands.push({
      program: programOf(words),
      path: first.text,
      words: words.slice(1),
      environment: surroundings.environment,
      start: first.mapped.start,
      end,
      depth: this.#depth,
      after: surroundings.after,
    })
  }

  /** Answers with what the command prints, if it is known to do nothing else. */
  #readCommand(
    { words, input, after }: Statement & { kind: 'command' },
    turn: number,
    piped: MappedText | undefined,
  ): MappedText | undefined {
    const environment = new Map<string, string>()
    let at = 0
    for (; at < words.length; at++) {
      const set = this.#assignment(words[at], turn)
      if (set === undefined) break
      environment.set(set.name, set.value ?? '')
      if (set.value === undefined) environment.delete(set.name)
    }
    if (at === words.length) {
      for (const word of words) this.#assign(word, turn)
      return undefined
    }
    const fields = words.slice(at).flatMap((word) => this.#expand(word, turn))
    const program = programOf(fields)
    if (/^(?:export|local|readonly|declare|typeset)$/.test(program)) {
      for (const word of words.slice(at + 1)) this.#assign(word, turn)
      return undefined
    }
    this.run(fields, { environment, input, after, piped })
    const last = fields.at(-1)
    const isPrinter = program === 'echo' || (program === 'printf' && fields.length === 2)
    return isPrinter && last?.isKnown ? printedBy(fields) : undefined
  }

  #assignment(word: Word | undefined, turn: number): { name: string; value: string | undefined } | undefined {
    const [first] = word?.parts ?? []
    if (word === undefined || first?.kind !== 'text' || first.isQuoted) return undefined
    const [whole, name] = /^([A-Za-z_]\w*)\+?=/.exec(first.text.text) ?? []
    if (whole === undefined || name === undefined) return undefined
    const parts = word.parts.map((part, index) =>
      index === 0 ? { ...first, text: first.text.slice(whole.length) } : { ...part, isQuoted: true },
    )
    const fields = this.#expand({ parts, text: word.text }, turn)
    const isKnown = fields.every((one) => one.isKnown)
    return { name, value: isKnown ? fields.map(({ text }) => text).join(' ') : undefined }
  }

  #assign(word: Word, turn: number): void {
    const set = this.#assignment(word, turn)
    if (set !== undefined) this.#variables.set(set.name, set.value === undefined ? [] : [set.value])
  }

  #expand(word: Word, turn: number): readonly Field[] {
    return fieldsOf(word, {
      variables: this.#variables,
      turn,
      outputOf: (script) => outputOf(script, this.#variables, this.#depth),
    })
  }

  #readSubstitutions(words: readonly Word[]): void {
    for (const { parts } of words) {
      for (const part of parts) {
        if (part.kind !== 'command') continue
        new Reader(this.#commands, this.#variables, this.#depth + 1).read(part.script)
      }
    }
  }
}

function known(fields: readonly Field[]): readonly string[] {
  return fields.flatMap(({ isKnown, text }) => (isKnown ? [text] : []))
}

/** What `command -v`, `which` and `echo` print. */
function outputOf(script: MappedText, variables: ShellVariables, depth: number): string | undefined {
  if (depth >= deepest || script.text.length > 1_000) return undefined
  const commands: Command[] = []
  new Reader(commands, new Map(variables), depth + 1).read(script)
  const [command] = commands
  if (command === undefined) return undefined
  const last = command.words.at(-1)
  if (last === undefined || !last.isKnown) return undefined
  if (command.program === 'echo') return command.words.map(({ text }) => text).join(' ')
  const isLookup = /^(?:command|which|type)$/.test(command.program)
  return isLookup ? command.words.find(({ text }) => !text.startsWith('-'))?.text : undefined
}

function printedBy(fields: readonly Field[]): MappedText | undefined {
  const words = fields.slice(1).filter(({ text }) => !/^-[neE]+$/.test(text))
  return words.length === 0 ? undefined : joinFields(words)
}
