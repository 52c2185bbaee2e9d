import { configJsonSchema } from '../../config/json-schema.ts'
import type { Session } from '../session.ts'

/** `kindling schema`. */
export function schemaCommand(session: Session): void {
  session.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`)
}
