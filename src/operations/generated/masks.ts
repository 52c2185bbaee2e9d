import { isSecretPart } from '../../config/generated.ts'
import type { GeneratedValues } from './make-values.ts'

/** Characters in a line of the `base64` program. */
const base64Line = 76

/** What must never be printed: every secret part as it is, and as it stands in a Secret, a URL or a script's output. */
export function masksOf(values: GeneratedValues): readonly string[] {
  const secrets = [...values.values()].flatMap((parts) =>
    Object.entries(parts).flatMap(([part, text]) => (isSecretPart(part) ? [text] : [])),
  )
  return secrets.flatMap((text) => [
    ...(text.includes('\n') ? bodyOf(text) : [text, encodeURIComponent(text)]),
    ...[text, `${text}\n`].flatMap(base64Forms),
  ])
}

/** Without the lines that begin and end it, which every key has. */
function bodyOf(pem: string): readonly string[] {
  return pem.split('\n').filter((line) => !line.startsWith('-----'))
}

function base64Forms(text: string): readonly string[] {
  const whole = Buffer.from(text).toString('base64')
  const lines = whole.match(new RegExp(`.{1,${base64Line}}`, 'g')) ?? []
  // A short last line may well be something else.
  return [whole, whole.replace(/=+$/, ''), ...lines.filter((line) => line.length === base64Line)]
}
