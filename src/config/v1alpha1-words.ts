import { z } from 'zod'
import { durationPattern, sizePattern } from './units.ts'

// The words of the schema: what several of its parts are made of.

/** A string that may be written without quotes although YAML takes it for a number or a truth value. */
export type Word = string | number | boolean

export const name: z.ZodString = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
  .max(63)
  .meta({ title: 'name of lower-case letters, digits and dashes', examples: ['gateway', 'data-storage'] })
export const names: z.ZodArray<z.ZodString> = z.array(name).meta({ title: 'list of names' })
export const path: z.ZodString = z.string().min(1).meta({ title: 'path' })
export const word: z.ZodType<Word, Word> = z
  .union([z.string(), z.number(), z.boolean()])
  .meta({ title: 'text' })
export const command: z.ZodArray<z.ZodType<Word, Word>> = z
  .array(word)
  .min(1)
  .meta({ title: 'command as a list of program and arguments', examples: [['psql', '-c', 'SELECT 1']] })
export const duration: z.ZodString = z
  .string()
  .regex(durationPattern)
  .meta({ title: 'duration', examples: ['500ms', '30s', '10m', '1h'] })
export const size: z.ZodString = z
  .string()
  .regex(sizePattern)
  .meta({ title: 'size', examples: ['512MiB', '1GiB'] })
export const port: z.ZodInt = z
  .int()
  .min(1)
  .max(65535)
  .meta({ title: 'port number', examples: [8080] })
export const portName: z.ZodString = name
  .meta({ examples: ['api'] })
  .describe("A name from the service's `ports`.")
