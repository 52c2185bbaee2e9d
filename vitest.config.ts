import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/{rig,contract,cli,golden}/**/*.test.ts'],
          // For what hangs: beside all other checks a test takes several times as long as alone.
          testTimeout: 60_000,
          // Each file in a process of its own would load the same modules two hundred times: twice the time of it all.
          // So no unit test may leave anything behind in a module or in the process.
          pool: 'threads',
          isolate: false,
          // Much of the time goes by in processes that tests wait for: no processor is kept free, as by default.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Real containers: minutes, not seconds; and one file at a time, since they share the machine.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          // As long as it takes: a campaign may have any number of runs, and prints each.
          testTimeout: 24 * 3_600_000,
          disableConsoleIntercept: true,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'kind',
          include: ['test/kind/**/*.test.ts'],
          // A cluster takes the better part of a minute to make, and there is room for few at once.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
