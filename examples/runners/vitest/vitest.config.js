import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Brings the environment up before all tests, once for all workers, and takes it down after them.
    globalSetup: 'kindling/vitest',
    // Taking it down takes longer than the ten seconds that Vitest waits for by default.
    teardownTimeout: 60_000,
  },
})
