import { kindlingTeardown } from './jest.ts'

/** `globalTeardown: 'kindling/jest/teardown'`. */
export default kindlingTeardown
