import { generateKeyPair, randomBytes, randomInt } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyType, Recipe } from '../../config/generated.ts'

const lowerCase = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
/** None that a shell, YAML, JSON or a `.env` file would take for something else within quotes. */
const symbols = '!#%*+-.=?@_~'

/** A password with at least one character of each class that it is to have. */
export function makePassword({
  length,
  symbols: hasSymbols,
}: Extract<Recipe, { readonly kind: 'password' }>): string {
  const classes = [lowerCase, lowerCase.toUpperCase(), digits, ...(hasSymbols ? [symbols] : [])]
  const alphabet = classes.join('')
  for (;;) {
    const drawn = Array.from({ length }, () => alphabet[randomInt(alphabet.length)])
    // Drawn again as a whole, so that every password that will do is as probable as any other.
    if (classes.every((each) => drawn.some((character) => each.includes(character ?? '')))) {
      return drawn.join('')
    }
  }
}

export function makeToken({ bytes, encoding }: Extract<Recipe, { readonly kind: 'token' }>): string {
  return randomBytes(bytes).toString(encoding)
}

/** Both keys as PEM: PKCS #8 and SPKI. */
export async function makeKeyPair(type: KeyType): Promise<{ private: string; public: string }> {
  const generate = promisify(generateKeyPair)
  const { privateKey, publicKey } =
    type === 'rsa'
      ? await generate('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? await generate('ec', { namedCurve: 'P-256' })
        : await generate('ed25519')
  return {
    private: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}
