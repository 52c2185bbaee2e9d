import { stripVTControlCharacters } from 'node:util'

const control = /[^\P{Cc}\t\n]/u
const controls = new RegExp(control, 'gu')

/** Text of tools without what would move the cursor, ring the bell or change colours; tabs and line ends stay. */
export function withoutControls(text: string): string {
  // Nearly all text has none, and to look is a quarter of the work.
  return control.test(text) ? stripVTControlCharacters(text).replaceAll(controls, '') : text
}
