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
export const paths: z.ZodUnion<[z.ZodString, z.ZodArray<z.ZodString>]> = z.union([
  path,
  z.array(path).min(1).meta({ title: 'list of paths, at least one' }),
])
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
  .describe('A name from the `ports` of the service.')

/** Which container of a service is meant. */
export interface ChoiceV1Alpha1 {
  container?: string
  pod?: string
}

export const choice: Record<keyof ChoiceV1Alpha1, z.ZodExactOptional<z.ZodString>> = {
  container: name.describe('Name of a container. Default: any that is running.').exactOptional(),
  pod: z
    .string()
    .min(1)
    .meta({ title: 'name of a pod or workload', examples: ['postgres-0', 'worker'] })
    .describe('A pod, or a workload (Deployment, StatefulSet, …) for all of its pods. Default: all.')
    .exactOptional(),
}

/** Any object of a cluster. */
export interface ObjectV1Alpha1 {
  object: string
  apiVersion?: string
  namespace?: string
}

export const objectFields: {
  object: z.ZodString
  apiVersion: z.ZodExactOptional<z.ZodString>
  namespace: z.ZodExactOptional<z.ZodString>
} = {
  object: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
    .meta({
      title: 'Kind/name',
      examples: ['Certificate/api', 'CustomResourceDefinition/shops.example.com'],
    })
    .describe('Any object of the cluster.'),
  apiVersion: z
    .string()
    .min(1)
    .meta({ title: 'API version', examples: ['cert-manager.io/v1'] })
    .describe('Default: that of the manifests, or of the only kind of that name in the cluster.')
    .exactOptional(),
  namespace: name.describe('Default: that of the object in the manifests, or `default`.').exactOptional(),
}

/** Of environment variables. */
export const variableName: z.ZodString = z
  .string()
  .regex(/^[A-Za-z_]\w*$/)
  .meta({ title: 'name of an environment variable' })
