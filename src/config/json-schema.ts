import { z } from 'zod'
import { schemaV1Alpha1 } from './v1alpha1.ts'

/** The part of JSON Schema that our schema uses. */
export interface JsonSchema {
  readonly title?: string
  readonly description?: string
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly pattern?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | false
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

/** The JSON schema of `kindling.yaml`, for editors: made from the schema that validates it. */
export function configJsonSchema(): JsonSchema {
  made ??= z.toJSONSchema(schemaV1Alpha1, { io: 'input' }) as JsonSchema
  return made
}

/** It never changes, and takes a while to make. */
let made: JsonSchema | undefined
