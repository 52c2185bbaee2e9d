import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { suggestion } from '../diagnostics/suggest.ts'
import type { YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import { variableName } from '../util/variable-name.ts'
import type { Draft, PartUse } from './draft.ts'
import { findPart, type GeneratedObject, isSecretPart, partsOf, type Recipe } from './generated.ts'
import { recipeKeys } from './v1alpha1-generated.ts'

/** What kinds of values are called in messages. */
const words: Readonly<Record<Recipe['kind'], string>> = {
  password: 'a password',
  token: 'a token',
  ca: 'a CA',
  certificate: 'a certificate',
  keyPair: 'a pair of keys',
}

/** Every part that is referred to exists, and is not shown to all if it is secret. */
export function checkParts({ config, parts }: Draft): readonly Diagnostic[] {
  return parts.flatMap((use): readonly Diagnostic[] => {
    const recipe = config.generated.get(use.value)?.recipe
    // An unknown name is told as such.
    if (recipe === undefined) return []
    const part = findPart(recipe.kind, use.part)
    if (part === undefined) return [unknownPart(use, recipe)]
    const misplaced = misplacement(part, use)
    return misplaced === undefined
      ? []
      : [{ code: 'E_CONFIG_INVALID', severity: 'error', ...misplaced, location: use.location }]
  })
}

function misplacement(
  part: string,
  { value, place }: PartUse,
): Pick<Diagnostic, 'message' | 'hint'> | undefined {
  const subject = `\`${part}\` of \`${value}\``
  if (place === 'ConfigMap' && isSecretPart(part)) {
    return {
      message: `${subject} is secret, and everybody can see what is in a ConfigMap`,
      hint: 'put it into a `secret`',
    }
  }
  if (place === 'trust' && part !== 'cert' && part !== 'ca') {
    return {
      message: `${subject} is not a certificate`,
      hint: 'a generated `ca` has one: `${generated.NAME.cert.file}`',
    }
  }
  return undefined
}

function unknownPart({ value, part, location }: PartUse, { kind }: Recipe): Diagnostic {
  const known = partsOf(kind)
  const [first = ''] = known
  return part === undefined
    ? {
        code: 'E_CONFIG_EXPRESSION',
        severity: 'error',
        message: `\`${value}\` is ${words[kind]}, which has several parts: ${known.join(', ')}`,
        location,
        hint: `write for example \`\${generated.${value}.${first}}\``,
      }
    : {
        code: 'E_CONFIG_UNKNOWN_NAME',
        severity: 'error',
        message: `\`${value}\` is ${words[kind]} and has no part \`${part}\``,
        location,
        hint: suggestion(part, known, 'its parts'),
      }
}

/** Every value says what it is, and only one thing. */
export function checkRecipes(_: Draft, source: YamlSource): readonly Diagnostic[] {
  const written = isMapping(source.value) ? source.value.generated : undefined
  return Object.entries(isMapping(written) ? written : {}).flatMap(([name, value]): readonly Diagnostic[] => {
    const keys = isMapping(value) ? Object.keys(value) : []
    const present = recipeKeys.filter((key) => keys.includes(key))
    // A key that is none, and whatever is no mapping, has been reported.
    const isTold = !isMapping(value) || keys.some((key) => !(knownKeys as readonly string[]).includes(key))
    if (present.length === 1 || (present.length === 0 && isTold)) return []
    const has = present.length === 0 ? 'none of them' : present.map((key) => `\`${key}\``).join(' and ')
    return [
      {
        code: 'E_CONFIG_INVALID',
        severity: 'error',
        message: `\`generated.${name}\` needs exactly one of ${recipeKeys.map((key) => `\`${key}\``).join(', ')}; it has ${has}`,
        location: source.locateKey(['generated', name]),
        hint: 'for example `{ password: { length: 24 } }`',
      },
    ]
  })
}

const knownKeys = [...recipeKeys, 'secret', 'configMap'] as const

/** What signs a certificate is a CA; so there can be no circle either. */
export function checkSigners({ config: { generated } }: Draft, source: YamlSource): readonly Diagnostic[] {
  const authorities = [...generated.values()].flatMap(({ name, recipe }) =>
    recipe.kind === 'ca' ? [name] : [],
  )
  return [...generated.values()].flatMap(({ name, recipe }): readonly Diagnostic[] => {
    if (recipe.kind !== 'certificate') return []
    const signer = generated.get(recipe.ca)?.recipe
    if (signer === undefined || signer.kind === 'ca') return []
    return [
      {
        code: 'E_CONFIG_INVALID',
        severity: 'error',
        message: `\`${recipe.ca}\` cannot sign \`${name}\`: it is ${words[signer.kind]}, not a CA`,
        location: source.locate(['generated', name, 'certificate', 'ca']),
        hint: suggestion(recipe.ca, authorities, 'generated CAs'),
      },
    ]
  })
}

/** Two objects cannot have one name, nor two files one variable. */
export function checkGeneratedNames({ config: { generated } }: Draft): readonly Diagnostic[] {
  const values = [...generated.values()]
  const objects = values.flatMap(({ objects: own }) =>
    own.map((object) => ({ key: describeGenerated(object), location: object.location })),
  )
  const variables = values.flatMap(({ name, recipe, location }) =>
    partsOf(recipe.kind).map((part) => ({ key: fileVariable(name, recipe, part), location })),
  )
  return [
    ...repeated(objects, (key) => ({
      message: `${key} is there twice`,
      hint: 'only one of them can exist; `data` puts several values into one',
    })),
    ...repeated(variables, (key) => ({
      message: `two files would have the variable \`${key}\``,
      hint: 'give one of the values another name',
    })),
  ]
}

/** `Secret shop/gateway-tls`, with the namespace it really has. */
export function describeGenerated({ kind, name, namespace = 'default' }: GeneratedObject): string {
  return `${kind} ${namespace}/${name}`
}

/** The variable that tells tests the file of a part: `KINDLING_GENERATED_CA_CERT_FILE`. */
export function fileVariable(name: string, { kind }: Recipe, part: string): string {
  const words = partsOf(kind).length === 1 ? [name] : [name, part]
  return `KINDLING_GENERATED_${words.map(variableName).join('_')}_FILE`
}

function repeated(
  entries: readonly { readonly key: string; readonly location: SourceLocation }[],
  describe: (key: string) => Pick<Diagnostic, 'message' | 'hint'>,
): readonly Diagnostic[] {
  const firsts = new Map<string, SourceLocation>()
  return entries.flatMap(({ key, location }): readonly Diagnostic[] => {
    const first = firsts.get(key)
    if (first === undefined) {
      firsts.set(key, location)
      return []
    }
    const related = [{ message: 'the other one is here', location: first }]
    return [{ code: 'E_CONFIG_DUPLICATE', severity: 'error', ...describe(key), location, related }]
  })
}
