import { isIP } from 'node:net'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import { convertTemplate } from './convert-template.ts'
import { type Conversion, mapOf } from './draft.ts'
import { generatedForms } from './expression.ts'
import type { GeneratedObject, GeneratedValue, Recipe } from './generated.ts'
import type { CertificateV1Alpha1, GeneratedV1Alpha1, ObjectV1Alpha1 } from './v1alpha1-generated.ts'

/** X.509's own limit, characters. */
const longestCommonName = 64

/**
 * A value to be made, as later steps want it; problems and links go to the conversion. `undefined` for one that does not
 * say what it is, which the rules tell.
 */
export function convertGenerated(
  name: string,
  value: GeneratedV1Alpha1,
  context: Conversion,
): GeneratedValue | undefined {
  const at = ['generated', name]
  const recipe = recipeOf(name, value, at, context)
  if (recipe === undefined) return undefined
  const objects = (key: 'secret' | 'configMap') =>
    [value[key] ?? []].flat().map((object, index) => {
      const path = [...at, key, ...(Array.isArray(value[key]) ? [index] : [])]
      return convertObject(key === 'secret' ? 'Secret' : 'ConfigMap', object, path, name, recipe, context)
    })
  return {
    name,
    recipe,
    objects: [...objects('secret'), ...objects('configMap')],
    location: context.source.locateKey(at),
  }
}

function recipeOf(
  name: string,
  { password, token, ca, certificate, keyPair }: GeneratedV1Alpha1,
  at: YamlPath,
  context: Conversion,
): Recipe | undefined {
  if (password !== undefined) return { kind: 'password', ...password }
  if (token !== undefined) return { kind: 'token', ...token }
  if (ca !== undefined) {
    return { kind: 'ca', commonName: `${context.project} ${name}`.slice(0, longestCommonName), ...ca }
  }
  if (certificate !== undefined) return certificateOf(name, certificate, at, context)
  return keyPair === undefined ? undefined : { kind: 'keyPair', ...keyPair }
}

function certificateOf(
  name: string,
  certificate: CertificateV1Alpha1,
  path: YamlPath,
  context: Conversion,
): Recipe {
  const { source, links, diagnostics } = context
  const at = [...path, 'certificate']
  const { ca, names, addresses } = certificate
  links.push({
    kind: 'generated',
    from: name,
    target: 'generated',
    to: ca,
    location: source.locate([...at, 'ca']),
  })
  for (const [index, address] of addresses.entries()) {
    if (isIP(address) !== 0) continue
    diagnostics.push({
      code: 'E_CONFIG_INVALID',
      severity: 'error',
      message: `\`${address}\` is not an IP address`,
      location: source.locate([...at, 'addresses', index]),
      hint: 'for example 127.0.0.1 or ::1; names belong to `names`',
    })
  }
  return { kind: 'certificate', commonName: (names[0] ?? name).slice(0, longestCommonName), ...certificate }
}

/** What an object holds when nobody says otherwise. */
const usualKeys: Readonly<
  Record<GeneratedObject['kind'], Record<Recipe['kind'], Readonly<Record<string, string>>>>
> = {
  Secret: {
    password: { password: 'value' },
    token: { token: 'value' },
    ca: { 'tls.crt': 'cert', 'tls.key': 'key', 'ca.crt': 'cert' },
    certificate: { 'tls.crt': 'cert', 'tls.key': 'key', 'ca.crt': 'ca' },
    keyPair: { 'private.pem': 'private', 'public.pem': 'public' },
  },
  // Of a password or token there is nothing that all may see: the rules refuse it.
  ConfigMap: {
    password: { password: 'value' },
    token: { token: 'value' },
    ca: { 'ca.crt': 'cert' },
    certificate: { 'ca.crt': 'ca' },
    keyPair: { 'public.pem': 'public' },
  },
}

function convertObject(
  kind: GeneratedObject['kind'],
  object: ObjectV1Alpha1,
  at: YamlPath,
  from: string,
  { kind: recipe }: Recipe,
  context: Conversion,
): GeneratedObject {
  const { source, links, parts, variables, diagnostics } = context
  const place = kind === 'ConfigMap' ? kind : 'anywhere'
  const keys = mapOf(object.keys ?? usualKeys[kind][recipe], (key, part) => {
    const location = source.locate(object.keys === undefined ? at : [...at, 'keys', key])
    parts.push({ value: from, part, place, location })
    const expression = { root: 'generated', value: from, part, isFile: false } as const
    return {
      source: part,
      parts: [{ kind: 'expression', expression, offset: 0, length: part.length }],
    } as const
  })
  const data = mapOf(object.data, (key) =>
    convertTemplate([...at, 'data', key], generatedForms, context, (expression, location) => {
      if (expression.root === 'env') {
        variables.push({ variable: expression.variable, location })
        return
      }
      const { value, part, isFile } = expression
      links.push({ kind: 'generated', from, target: 'generated', to: value, location })
      parts.push({ value, ...(part === undefined ? {} : { part }), place, location })
      if (!isFile) return
      diagnostics.push({
        code: 'E_CONFIG_EXPRESSION',
        severity: 'error',
        message: 'a path of this machine means nothing in a container',
        location,
        hint: `write \`\${generated.${[value, ...(part === undefined ? [] : [part])].join('.')}}\``,
      })
    }),
  )
  for (const key of object.keys === undefined ? [] : keys.keys()) {
    if (!data.has(key)) continue
    diagnostics.push({
      code: 'E_CONFIG_DUPLICATE',
      severity: 'error',
      message: `the key \`${key}\` is both in \`keys\` and in \`data\``,
      location: source.locateKey([...at, 'data', key]),
      hint: 'leave one of them out',
    })
  }
  return {
    kind,
    name: object.name,
    ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
    data: new Map([...keys, ...data]),
    location: source.locate(at),
  }
}
