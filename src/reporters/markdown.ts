/** Text that Markdown takes as it is: nothing in it is a mark, a tag or the end of a cell. */
export function markdownText(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', '<br>')
}

/** Text in the font of code, within a line. */
export function codeSpan(text: string): string {
  const fence = fenceFor([text], 1)
  const line = text.replaceAll(/\s+/g, ' ')
  const pad = /^`|`$/.test(line) ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** Lines as they are, in a block of their own. */
export function codeBlock(lines: readonly string[]): string {
  const fence = fenceFor(lines, 3)
  return [`${fence}text`, ...lines, fence].join('\n')
}

/** A table, whose first column has names; the cells are Markdown already, but that a bar in code ends none. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { align = 'left' }: { readonly align?: 'left' | 'right' } = {},
): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`
  const rule = head.map((_, index) => (index > 0 && align === 'right' ? '---:' : '---'))
  return [row(head), row(rule), ...rows.map(row)].join('\n')
}

/** One backtick more than there are anywhere in a row. */
function fenceFor(lines: readonly string[], least: number): string {
  const runs = lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length + 1))
  return '`'.repeat(Math.max(least, ...runs))
}
