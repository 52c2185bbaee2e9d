export { VirtualClock } from '../../src/util/virtual-clock.ts'
