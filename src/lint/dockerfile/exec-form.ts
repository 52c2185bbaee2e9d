import { MappedText } from '../../util/mapped-text.ts'

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** The words of `["program", "argument"]`; none for everything that is no list of JSON strings. */
export function execForm(text: MappedText): readonly MappedText[] | undefined {
  if (!text.text.startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(text.text)
    if (!Array.isArray(list) || list.some((word) => typeof word !== 'string')) return undefined
  } catch {
    return undefined
  }
  return [...text.text.matchAll(/"((?:\\.|[^"\\])*)"/gs)].map((match) =>
    unescaped(text.slice(match.index + 1, match.index + match[0].length - 1)),
  )
}

function unescaped(text: MappedText): MappedText {
  if (!text.text.includes('\\')) return text
  const pieces = [...text.text.matchAll(/\\u([0-9a-f]{4})|\\(.)|[^\\]+/gis)].map((match) => {
    const [whole, code, letter] = match
    const piece = text.slice(match.index, match.index + whole.length)
    if (code !== undefined)
      return MappedText.standingFor(String.fromCharCode(Number.parseInt(code, 16)), piece.start, piece.end)
    return letter === undefined
      ? piece
      : MappedText.standingFor(escapes[letter] ?? letter, piece.start, piece.end)
  })
  return MappedText.join(pieces)
}
