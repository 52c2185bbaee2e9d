import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import type { GeneratedExpression, Template, VariableExpression } from './expression.ts'

/** Something that is made once for an environment and passed on: a secret, or what belongs to one. */
export interface GeneratedValue {
  readonly name: string
  readonly recipe: Recipe
  /** Objects of Kubernetes that hold it. */
  readonly objects: readonly GeneratedObject[]
  readonly location: SourceLocation
}

/** What is made, and how. */
export type Recipe =
  | { readonly kind: 'password'; readonly length: number; readonly symbols: boolean }
  | { readonly kind: 'token'; readonly bytes: number; readonly encoding: TokenEncoding }
  | { readonly kind: 'ca'; readonly commonName: string; readonly days: number }
  | CertificateRecipe
  | { readonly kind: 'keyPair'; readonly type: KeyType }

export interface CertificateRecipe {
  readonly kind: 'certificate'
  /** Name of the generated CA that signs it. */
  readonly ca: string
  readonly commonName: string
  /** Of hosts, the first being what it is for. */
  readonly names: readonly string[]
  /** IP addresses. */
  readonly addresses: readonly string[]
  /** From when it is made until it is over. */
  readonly days: number
}

export const tokenEncodings = ['base64url', 'hex'] as const
export type TokenEncoding = (typeof tokenEncodings)[number]

export const keyTypes = ['ed25519', 'ec', 'rsa'] as const
/** `ec` is P-256, `rsa` has 2048 bits. */
export type KeyType = (typeof keyTypes)[number]

export interface GeneratedObject {
  readonly kind: 'Secret' | 'ConfigMap'
  readonly name: string
  readonly namespace?: string
  /** By key. */
  readonly data: ReadonlyMap<string, Template<GeneratedExpression | VariableExpression>>
  readonly location: SourceLocation
}

/** What a value consists of; of several parts, each is named where it is used. */
const parts: Readonly<Record<Recipe['kind'], readonly string[]>> = {
  password: ['value'],
  token: ['value'],
  ca: ['cert', 'key'],
  certificate: ['cert', 'key', 'ca'],
  keyPair: ['private', 'public'],
}

export function partsOf(kind: Recipe['kind']): readonly string[] {
  return parts[kind]
}

/** The part that is meant by its name, or by none where there is only one; `undefined` for anything else. */
export function findPart(kind: Recipe['kind'], part: string | undefined): string | undefined {
  const all = parts[kind]
  if (part === undefined) return all.length === 1 ? all[0] : undefined
  return all.includes(part) ? part : undefined
}

/** Whether nobody may see it. */
export function isSecretPart(part: string): boolean {
  return part === 'value' || part === 'key' || part === 'private'
}
