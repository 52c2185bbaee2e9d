import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** A browser of the machine's own; without it, Playwright's. */
const chromium = '/usr/bin/chromium'

export default defineConfig({
  testDir: 'e2e',
  // Brings the environment up before all tests, once for all workers, and takes it down after them.
  globalSetup: 'kindling/playwright',
  // The second is for KINDLING_KEEP=on-failure.
  reporter: [['list'], ['kindling/playwright/reporter']],
  use: existsSync(chromium) ? { launchOptions: { executablePath: chromium, args: ['--no-sandbox'] } } : {},
})
