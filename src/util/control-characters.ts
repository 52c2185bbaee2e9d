import { stripVTControlCharacters } from 'node:util'

/** Text of tools without what would move the cursor, ring the bell or change colours; tabs and line ends stay. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/(?![\t\n])\p{Cc}/gu, '')
}
