module.exports = {
  testEnvironment: 'node',
  testMatch: ['**/e2e/*.test.js'],
  // Brings the environment up before all tests, once for all workers, and takes it down after them.
  globalSetup: 'kindling/jest',
  globalTeardown: 'kindling/jest/teardown',
  // For KINDLING_KEEP=on-failure.
  reporters: ['default', 'kindling/jest/reporter'],
}
