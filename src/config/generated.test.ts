import { describe, expect, test } from 'vitest'
import { configOf } from '../../test/rig/sample-config.ts'
import { evaluateTemplate } from './expression.ts'
import { parseConfig } from './parse.ts'

/** What is said of a file, each with its place. */
function problems(generated: string, rest = ''): string[] {
  const text = `apiVersion: kindling/v1alpha1\nproject: shop\ngenerated:\n${generated}\n${rest}`
  const { diagnostics } = parseConfig('/repo/kindling.yaml', text, { exists: () => true, env: {} })
  return diagnostics.map(
    ({ code, message, location, hint }) =>
      `${location?.start.line}:${location?.start.column} ${code} ${message} (${hint})`,
  )
}

/** The objects of a value, with the parts that are in them. */
function objectsOf(value: string) {
  const config = configOf(`project: shop\ngenerated: { ca: { ca: {} }, it: { ${value} } }`)
  return config.generated
    .get('it')
    ?.objects.map(({ kind, name, namespace, data }) => [
      namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
      Object.fromEntries(
        [...data].map(([key, template]) => [
          key,
          evaluateTemplate(template, (expression) => ('part' in expression ? `<${expression.part}>` : '<>')),
        ]),
      ),
    ])
}

test('defaults are filled in', () => {
  const { generated } = configOf(`project: shop
generated:
  pass: { password: {} }
  token: { token: {} }
  ca: { ca: {} }
  tls: { certificate: { ca: ca, names: [web, "*.shop.svc"] } }
  keys: { keyPair: {} }`)
  expect([...generated.values()].map(({ recipe }) => recipe)).toEqual([
    { kind: 'password', length: 24, symbols: false },
    { kind: 'token', bytes: 32, encoding: 'base64url' },
    { kind: 'ca', commonName: 'shop ca', days: 30 },
    {
      kind: 'certificate',
      ca: 'ca',
      commonName: 'web',
      names: ['web', '*.shop.svc'],
      addresses: ['127.0.0.1'],
      days: 30,
    },
    { kind: 'keyPair', type: 'ed25519' },
  ])
})

describe('objects', () => {
  const tls = { 'tls.crt': '<cert>', 'tls.key': '<key>' }
  test.each([
    ['password: {}, secret: { name: db }', [['Secret db', { password: '<value>' }]]],
    ['token: {}, secret: { name: db, namespace: shop }', [['Secret shop/db', { token: '<value>' }]]],
    ['ca: {}, secret: { name: ca }', [['Secret ca', { ...tls, 'ca.crt': '<cert>' }]]],
    ['ca: {}, configMap: { name: ca }', [['ConfigMap ca', { 'ca.crt': '<cert>' }]]],
    [
      'certificate: { ca: ca, names: [a] }, secret: [{ name: a }, { name: b, keys: { x: cert } }]',
      [
        ['Secret a', { ...tls, 'ca.crt': '<ca>' }],
        ['Secret b', { x: '<cert>' }],
      ],
    ],
    [
      'keyPair: {}, secret: { name: k }, configMap: { name: p }',
      [
        ['Secret k', { 'private.pem': '<private>', 'public.pem': '<public>' }],
        ['ConfigMap p', { 'public.pem': '<public>' }],
      ],
    ],
  ])('%s', (value, expected) => {
    expect(objectsOf(value)).toEqual(expected)
  })

  test('have further keys with texts around the values', () => {
    expect(
      objectsOf(
        'password: {}, secret: { name: db, keys: {}, data: { url: "x:${generated.ca.cert}@", port: 1.20 } }',
      ),
    ).toEqual([['Secret db', { url: 'x:<cert>@', port: '1.20' }]])
  })
})

describe('what cannot be is told with its place', () => {
  test('a certificate that is signed by what is no CA, or by nothing', () => {
    const ca = '  ca: { ca: {} }\n  pass: { password: {} }\n'
    const signed = (by: string) => problems(`${ca}  tls: { certificate: { ca: ${by}, names: [a] } }`)
    expect(signed('pass')).toEqual([
      '6:29 E_CONFIG_INVALID `pass` cannot sign `tls`: it is a password, not a CA (generated CAs: ca)',
    ])
    // Which is why there are no circles.
    expect(signed('tls')).toEqual([
      '6:29 E_CONFIG_INVALID `tls` cannot sign `tls`: it is a certificate, not a CA (generated CAs: ca)',
    ])
    expect(signed('caa')).toEqual([
      '6:29 E_CONFIG_UNKNOWN_NAME generated value `tls` refers to generated value `caa`, which does not exist (did you mean `ca`?)',
    ])
  })

  test('names and parts that do not exist', () => {
    const environment = (value: string) =>
      `services: { a: { apply: a } }\nenvironments: { e2e: { services: [a], test: { run: x, env: { A: "${value}" } } } }`
    const used = (value: string) => problems('  ca: { ca: {} }', environment(value))
    expect(used('${generated.ca.cert}${generated.ca.key.file}')).toEqual([])
    expect(used('${generated.cas.cert}')).toEqual([
      '6:66 E_CONFIG_UNKNOWN_NAME environment `e2e` refers to generated value `cas`, which does not exist (did you mean `ca`?)',
    ])
    expect(used('${generated.ca.crt}')).toEqual([
      '6:66 E_CONFIG_UNKNOWN_NAME `ca` is a CA and has no part `crt` (did you mean `cert`?)',
    ])
    expect(used('${generated.ca}')).toEqual([
      '6:66 E_CONFIG_EXPRESSION `ca` is a CA, which has several parts: cert, key (write for example `${generated.ca.cert}`)',
    ])
    expect(used('${generated.ca.cert.file.x}')).toEqual([
      '6:66 E_CONFIG_EXPRESSION `generated.ca.cert.file.x` is no part of a generated value (write `${generated.NAME.PART}`)',
    ])
  })

  test.each([
    [
      'password: {}, configMap: { name: x }',
      '4:33 E_CONFIG_INVALID `value` of `p` is secret, and everybody can see what is in a ConfigMap (put it into a `secret`)',
    ],
    [
      'password: {}, secret: { name: x, keys: { a: key } }',
      '4:52 E_CONFIG_UNKNOWN_NAME `p` is a password and has no part `key` (its parts: value)',
    ],
    [
      'password: {}, secret: { name: x, data: { a: "${generated.p.file}" } }',
      '4:53 E_CONFIG_EXPRESSION a path of this machine means nothing in a container (write `${generated.p}`)',
    ],
    [
      'password: {}, secret: { name: x, data: { a: "${images.a.ref}" } }',
      '4:53 E_CONFIG_EXPRESSION unknown expression `images.a.ref` (there are ${generated.NAME.PART} and ${env.NAME})',
    ],
    [
      'password: {}, secret: [{ name: x }, { name: x, namespace: default }]',
      '4:44 E_CONFIG_DUPLICATE Secret default/x is there twice (only one of them can exist; `data` puts several values into one)',
    ],
    [
      'password: {}, secret: { name: x, keys: { a: value }, data: { a: b } }',
      '4:69 E_CONFIG_DUPLICATE the key `a` is both in `keys` and in `data` (leave one of them out)',
    ],
    [
      'ca: {} }\n  p-key: { password: {}',
      '5:3 E_CONFIG_DUPLICATE two files would have the variable `KINDLING_GENERATED_P_KEY_FILE` (give one of the values another name)',
    ],
  ])('%s', (value, expected) => {
    expect(problems(`  p: { ${value} }`)).toEqual([expected])
  })

  test('a value that is nothing, or two things, but not one whose key is misspelt or has an error', () => {
    const needs = '`generated.p` needs exactly one of `password`, `token`, `ca`, `certificate`, `keyPair`'
    const hint = '(for example `{ password: { length: 24 } }`)'
    expect(problems('  p: {}')).toEqual([`4:3 E_CONFIG_INVALID ${needs}; it has none of them ${hint}`])
    expect(problems('  p: { secret: { name: a } }')).toEqual([
      `4:3 E_CONFIG_INVALID ${needs}; it has none of them ${hint}`,
    ])
    expect(problems('  p: { token: {}, ca: {} }')).toEqual([
      `4:3 E_CONFIG_INVALID ${needs}; it has \`token\` and \`ca\` ${hint}`,
    ])
    expect(problems('  p: { pasword: {} }')).toEqual([
      '4:8 E_CONFIG_UNKNOWN_KEY unknown key `pasword` in `generated.p` (did you mean `password`?)',
    ])
    expect(problems('  p: { password: { length: 7 } }')).toHaveLength(1)
    expect(problems('  p: password')).toHaveLength(1)
  })

  test('an address that is none', () => {
    expect(
      problems('  ca: { ca: {} }\n  a: { certificate: { ca: ca, names: [a], addresses: [local] } }'),
    ).toEqual([
      '5:55 E_CONFIG_INVALID `local` is not an IP address (for example 127.0.0.1 or ::1; names belong to `names`)',
    ])
  })
})

describe('variables of services', () => {
  const variable = (value: string) =>
    problems('  p: { password: {} }', `services: { a: { apply: a, env: { A: "${value}" } } }`)

  test('may be generated values, whose names are checked', () => {
    expect(variable('x${generated.p}')).toEqual([])
    expect(variable('${generated.q}')).toEqual([
      '5:39 E_CONFIG_UNKNOWN_NAME service `a` refers to generated value `q`, which does not exist (did you mean `p`?)',
    ])
  })

  test('but no files of theirs, unless the service is a step', () => {
    expect(variable('${generated.p.file}')).toEqual([
      '5:38 E_CONFIG_INVALID a path of this machine means nothing in a container (pass the value itself, or mount a `secret` of it)',
    ])
    const step = 'services: { a: { run: x, env: { A: "${generated.p.file}" } } }'
    expect(problems('  p: { password: {} }', step)).toEqual([])
  })
})

describe('the certificates that a wait trusts', () => {
  const all = '  ca: { ca: {} }\n  keys: { keyPair: {} }'
  const service = (ca: string) =>
    `services: { a: { apply: a, ports: { p: 1 }, ready: [{ https: { port: p, ca: "${ca}" } }] } }`

  test('may be a generated one', () => {
    const config = configOf(`project: shop\ngenerated:\n${all}\n${service('${generated.ca.cert.file}')}`)
    expect(config.services.get('a')?.ready[0]).toMatchObject({
      generatedCa: { root: 'generated', value: 'ca', part: 'cert', isFile: true },
    })
  })

  test.each([
    [
      '${generated.ca.cert}',
      '`${generated.ca.cert}` is not a file path (write `${generated.ca.cert.file}` and nothing else, or a path)',
    ],
    [
      'a/${generated.ca.cert.file}',
      '`a/${generated.ca.cert.file}` is not a file path (write `${generated.ca.cert.file}` and nothing else, or a path)',
    ],
    [
      '${generated.keys.public.file}',
      '`public` of `keys` is not a certificate (a generated `ca` has one: `${generated.NAME.cert.file}`)',
    ],
    ['${env.CA}', 'unknown expression `env.CA` (there are ${generated.NAME.PART})'],
  ])('but not %s', (ca, expected) => {
    const [problem = '', ...more] = problems(all, service(ca))
    expect(more).toEqual([])
    expect(problem.replace(/^\S+ \S+ /, '')).toBe(expected)
  })
})
