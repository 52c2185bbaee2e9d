import { stripVTControlCharacters } from 'node:util'

/** Text of tools without what would move the cursor or ring the bell; tabs become spaces. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', '  ')
    .replaceAll(/(?!\n)\p{Cc}/gu, '')
}

/** The text in at most `width` columns, its end replaced by `…` where it is longer. */
export function truncate(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}
