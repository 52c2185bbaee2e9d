import { withoutControls } from '../util/control-characters.ts'

/** Text of tools as a line of ours can hold it: no control characters, and tabs as spaces. */
export function printable(text: string): string {
  return withoutControls(text).replaceAll('\t', '  ')
}

/** The text in at most `width` columns, its end replaced by `…` where it is longer. */
export function truncate(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}
