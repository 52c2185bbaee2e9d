import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Starts the Chromium of this machine, or the one that `KINDLING_CHROMIUM` names. Throws with how to come by one. */
export async function launchChromium(): Promise<Browser> {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const candidates = [
    ...(process.env.KINDLING_CHROMIUM ? [process.env.KINDLING_CHROMIUM] : []),
    ...names.flatMap((name) => directories.map((directory) => join(directory, name))),
  ]
  const executablePath = candidates.find((file) => existsSync(file))
  if (executablePath === undefined) {
    throw new Error(
      'There is no Chromium to look at pages with. `node scripts/setup.mjs --browser` installs the one of Debian; ' +
        'where there is another, KINDLING_CHROMIUM names it.',
    )
  }
  // Root has no sandbox, and the only page it opens is our own.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
}
