/** What is known of the variables at a place: one that is there without a value has one that nobody knows here. */
export type Values = ReadonlyMap<string, string | undefined>

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+instead}`; none when a value is needed that nobody knows here. */
export function expand(text: string, values: Values): string | undefined {
  let isKnown = true
  const expanded = text.replaceAll(
    /\\(.)|\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]*))?\})/gs,
    (_, escaped?: string, plain?: string, braced?: string, operator?: string, word = '') => {
      if (escaped !== undefined) return escaped
      const name = plain ?? braced ?? ''
      const value = values.get(name) ?? ''
      if (values.has(name) && values.get(name) === undefined) isKnown = false
      if (operator === '+') return value === '' ? '' : word
      return value === '' ? word : value
    },
  )
  return isKnown ? expanded : undefined
}

/** The variables that an `ARG` or `ENV` sets, as they are written: `ENV A=1 B="2 3"`, and also `ENV A 1`. */
export function assignmentsOf(
  keyword: string,
  text: string,
): readonly (readonly [string, string | undefined])[] {
  const legacy = /^([A-Za-z_]\w*)\s+(.*)$/s.exec(text)
  if (keyword === 'ENV' && legacy?.[1] !== undefined) return [[legacy[1], legacy[2]]]
  const words = text.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s\\'"]|['"\\])+/gs) ?? []
  return words.flatMap((word) => {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? []
    return name === undefined ? [] : [[name, value]]
  })
}

/** The value that a word stands for: its quotes go, and variables are filled in, but not those in single quotes. */
export function wordValue(word: string, values: Values): string | undefined {
  const pieces = word.match(/'[^']*'|"(?:\\.|[^"\\])*"|(?:\\.|[^'"\\])+|['"\\]/gs) ?? []
  const known = pieces.map((piece) => {
    if (/^'.*'$/s.test(piece)) return piece.slice(1, -1)
    return expand(/^".*"$/s.test(piece) ? piece.slice(1, -1) : piece, values)
  })
  return known.includes(undefined) ? undefined : known.join('')
}
