import { createHash } from 'node:crypto'
import type { GeneratedValue, Recipe } from '../../config/generated.ts'
import { type Certified, dayMs, makeCa, makeCertificate } from './make-certificate.ts'
import { makeKeyPair, makePassword, makeToken } from './make-text.ts'

/** By name, the parts of each value. */
export type GeneratedValues = ReadonlyMap<string, Readonly<Record<string, string>>>

/** A value as it was made, with what it was made from. */
export interface MadeValue {
  readonly parts: Readonly<Record<string, string>>
  /** Of its recipe, and of the CA that signed it: with another, it is no longer what is wanted. */
  readonly hash: string
  /** From then on it is to be made anew, milliseconds since the epoch; absent for what stays good. */
  readonly renewAtMs?: number
}

/** The share of its days after which a certificate is made anew, so that none runs out while it is used. */
const renewalShare = 0.9

/** The values that are wanted: those that were made before, as far as they will do, and new ones. */
export async function makeValues(
  wanted: ReadonlyMap<string, GeneratedValue>,
  made: ReadonlyMap<string, MadeValue>,
  nowMs: number,
): Promise<ReadonlyMap<string, MadeValue>> {
  const values = new Map<string, MadeValue>()
  const keepOrMake = async (name: string, recipe: Recipe, signer?: Certified) => {
    const hash = createHash('sha256')
      .update(JSON.stringify([recipe, signer?.cert]))
      .digest('hex')
    const before = made.get(name)
    const isGood = before?.hash === hash && (before.renewAtMs ?? Number.POSITIVE_INFINITY) > nowMs
    const renewal = 'days' in recipe ? { renewAtMs: nowMs + recipe.days * dayMs * renewalShare } : {}
    values.set(name, isGood ? before : { parts: await make(recipe, signer, nowMs), hash, ...renewal })
  }
  const all = [...wanted.values()]
  const isSigned = ({ recipe: { kind } }: GeneratedValue) => kind === 'certificate'
  for (const { name, recipe } of all.filter((value) => !isSigned(value))) await keepOrMake(name, recipe)
  for (const { name, recipe } of all.filter(isSigned)) {
    await keepOrMake(name, recipe, signerOf(recipe, values))
  }
  return values
}

function signerOf(recipe: Recipe, values: ReadonlyMap<string, MadeValue>): Certified {
  const { cert, key } = (recipe.kind === 'certificate' ? values.get(recipe.ca)?.parts : undefined) ?? {}
  if (cert === undefined || key === undefined) throw new Error('Internal error: a certificate without a CA')
  return { cert, key }
}

async function make(
  recipe: Recipe,
  signer: Certified | undefined,
  nowMs: number,
): Promise<MadeValue['parts']> {
  switch (recipe.kind) {
    case 'password':
      return { value: makePassword(recipe) }
    case 'token':
      return { value: makeToken(recipe) }
    case 'keyPair':
      return { ...(await makeKeyPair(recipe.type)) }
    case 'ca':
      return { ...(await makeCa(recipe, nowMs)) }
    case 'certificate':
      if (signer === undefined) throw new Error('Internal error: a certificate without a CA')
      return { ...(await makeCertificate(recipe, signer, nowMs)), ca: signer.cert }
  }
}
