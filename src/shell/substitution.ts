const closers: Readonly<Record<string, string>> = { '(': ')', '{': '}' }

/**
 * Where what was opened before `from` is closed by `closer`, with what is quoted and nested in between; the end of the
 * text if it never is.
 */
export function closingOf(text: string, from: number, closer: string): number {
  const open = [closer]
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? ''
    const inside = open.at(-1)
    if (char === '\\') i++
    else if (char === inside) {
      open.pop()
      if (open.length === 0) return i
    } else if (char === '$' && closers[text[i + 1] ?? ''] !== undefined) {
      i++
      open.push(closers[text[i] ?? ''] ?? '')
    } else if (char === '`') open.push(char)
    else if (inside !== '"') {
      if (char === '"') open.push(char)
      else if (char === '(' && inside === ')') open.push(')')
      else if (char === "'") {
        const end = text.indexOf(char, i + 1)
        if (end < 0) return text.length
        i = end
      }
    }
  }
  return text.length
}
