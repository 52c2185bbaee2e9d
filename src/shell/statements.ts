import type { MappedText } from '../util/mapped-text.ts'
import type { Token } from './tokenize.ts'
import type { Word } from './word.ts'

/** What a script does, one after another: the grammar around its commands is gone. */
export type Statement =
  | {
      readonly kind: 'command'
      /** With the assignments before it. */
      readonly words: readonly Word[]
      readonly input: readonly MappedText[]
      /** The operator that leads from the command before it to this one; empty at the beginning of a list. */
      readonly after: string
    }
  /** For the commands that follow, the variable has each of the words in turn. */
  | { readonly kind: 'loop'; readonly variable: string; readonly words: readonly Word[] }

const keywords: ReadonlySet<string> = new Set(
  '! if then else elif fi while until do done { } time coproc'.split(' '),
)

/** Reads the grammar: which words are commands, and which belong to `if`, `for`, `case`, functions and tests. */
export function statementsOf(tokens: readonly Token[]): readonly Statement[] {
  const statements: Statement[] = []
  let words: Word[] = []
  let input: MappedText[] = []
  let after = ''
  let cases = 0
  let at = 0
  const wordAt = (index: number) => {
    const token = tokens[index]
    return token?.kind === 'word' ? token.word : undefined
  }
  const plainAt = (index: number) => plain(wordAt(index))
  const operatorAt = (index: number) => {
    const token = tokens[index]
    return token?.kind === 'operator' ? token.operator : undefined
  }
  const finish = (operator: string) => {
    if (words.length > 0) {
      statements.push({ kind: 'command', words, input, after })
      after = operator
    } else if (operator !== '\n') after = operator
    words = []
    input = []
  }
  const skipPattern = () => {
    while (at < tokens.length && operatorAt(at) !== ')' && plainAt(at) !== 'esac') at++
    if (operatorAt(at) === ')') at++
  }
  while (at < tokens.length) {
    const token = tokens[at]
    if (token === undefined) break
    if (token.kind === 'input') {
      input.push(token.text)
      at++
      continue
    }
    if (token.kind === 'operator') {
      at++
      if (token.operator === '(' && words.length === 1 && operatorAt(at) === ')') {
        // The name of a function that follows.
        words = []
        at++
      } else if (token.operator === '(' && words.length === 0 && operatorAt(at) === '(') {
        while (at < tokens.length && !(operatorAt(at) === ')' && operatorAt(at + 1) === ')')) at++
      } else {
        finish(token.operator)
        if (cases > 0 && /^;[;&]/.test(token.operator)) {
          while (operatorAt(at) === '\n') at++
          skipPattern()
        }
      }
      continue
    }
    const word = words.length === 0 ? plain(token.word) : undefined
    at++
    if (word === 'for' || word === 'select') {
      const variable = plainAt(at)
      const list: Word[] = []
      at++
      while (operatorAt(at) === '\n') at++
      if (plainAt(at) === 'in') {
        for (at++; wordAt(at) !== undefined; at++) list.push(wordAt(at) as Word)
      }
      if (variable !== undefined) statements.push({ kind: 'loop', variable, words: list })
    } else if (word === 'case') {
      while (at < tokens.length && plainAt(at) !== 'in') at++
      at++
      while (operatorAt(at) === '\n') at++
      cases++
      skipPattern()
    } else if (word === 'esac') {
      cases = Math.max(0, cases - 1)
    } else if (word === 'function') {
      at++
    } else if (word === '[[') {
      while (at < tokens.length && plainAt(at) !== ']]') at++
      at++
    } else if (word === undefined || !keywords.has(word)) {
      words.push(token.word)
    }
  }
  finish('')
  return statements
}

/** A word in which nothing is quoted or filled in: only such a one is a keyword. */
function plain(word: Word | undefined): string | undefined {
  const [part, ...others] = word?.parts ?? []
  return part?.kind === 'text' && !part.isQuoted && others.length === 0 ? part.text.text : undefined
}
