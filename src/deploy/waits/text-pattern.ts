/** A text that must occur, or an expression that must match. */
export type TextPattern = string | RegExp

/** Whether it is in a text. */
export function isIn(pattern: TextPattern, text: string): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0
}

/** As messages quote it: `"ready"`, `/ready/i`. */
export function describePattern(pattern: TextPattern): string {
  return typeof pattern === 'string' ? `"${pattern}"` : String(pattern)
}
