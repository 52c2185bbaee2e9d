import { createHash } from 'node:crypto'
import { arch, availableParallelism, cpus, totalmem } from 'node:os'

/** Names the machine by what decides how long work takes on it: a state directory may move, or a machine grow. */
export function machineName(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  const model = createHash('sha256')
    .update(`${arch()} ${cpus()[0]?.model ?? ''}`)
    .digest('hex')
    .slice(0, 6)
  return `${availableParallelism()}x${gibibytes}-${model}`
}
