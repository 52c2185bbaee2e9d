import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { earlyForms, evaluateTemplate, lateForms, parseTemplate, stepForms } from './expression.ts'

function evaluate(text: string): string {
  const { template, problems } = parseTemplate(text, earlyForms)
  expect(problems).toEqual([])
  return evaluateTemplate(template, (expression) =>
    expression.root === 'env' ? `<${expression.variable}>` : `<image ${expression.image}>`,
  )
}

describe('templates', () => {
  test.each([
    ['plain', 'plain'],
    ['${env.HOME}', '<HOME>'],
    ['a-${images.base.ref}-b', 'a-<image base>-b'],
    ['${ images.base.ref }${env.A}', '<image base><A>'],
    ['$${env.HOME}', '${env.HOME}'],
    ['costs $5 and $$', 'costs $5 and $$'],
    ['$$${env.A}', '$${env.A}'],
    ['', ''],
  ])('%s evaluates to %s', (text, expected) => {
    expect(evaluate(text)).toBe(expected)
  })

  test.each([
    ['x ${env.A', 2, 7, 'this `${` is never closed'],
    ['${}', 0, 3, 'this expression is empty'],
    ['a${host.ip}', 1, 10, 'unknown expression `host.ip`'],
    ['${images.base}', 0, 14, '`images.base` is no property of an image'],
    ['${images.base.tag}', 0, 18, '`images.base.tag` is no property of an image'],
    ['${images.base.ref.x}', 0, 20, '`images.base.ref.x` is no property of an image'],
    ['${env.A-B}', 0, 10, '`A-B` is no name of an environment variable'],
    ['${env}', 0, 6, '`` is no name of an environment variable'],
  ])('%s is refused at its place', (text, offset, length, message) => {
    expect(parseTemplate(text, earlyForms).problems).toEqual([
      { offset, length, message, hint: expect.any(String) },
    ])
  })

  test('every problem of a text is reported, and what there is instead', () => {
    const { problems, template } = parseTemplate('${x} ${env.A} ${y}', earlyForms)
    expect(problems.map(({ offset }) => offset)).toEqual([0, 14])
    expect(problems[0]?.hint).toBe('there are ${images.NAME.ref} and ${env.NAME}')
    expect(template.parts.filter((part) => part.kind === 'expression')).toHaveLength(1)
  })

  test('text without a dollar is never changed, escaped text comes back as it was', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(evaluate(text.replaceAll('$', ''))).toBe(text.replaceAll('$', ''))
        const escaped = text.replaceAll('$', '').replaceAll('x', () => '$${')
        expect(evaluate(escaped)).toBe(escaped.replaceAll('$${', () => '${'))
      }),
    )
  })

  test('what is known only when services run has forms of its own', () => {
    const { template, problems } = parseTemplate('${services.gateway.ports.api.url}/x', lateForms)
    expect(problems).toEqual([])
    expect(template.parts[0]).toMatchObject({
      expression: { root: 'services', service: 'gateway', port: 'api', property: 'url' },
    })
    expect(parseTemplate('${services.seed.outputs.token}', lateForms).template.parts[0]).toMatchObject({
      expression: { root: 'services', service: 'seed', output: 'token' },
    })
    expect(parseTemplate('${services.gateway.ports.api}', lateForms).problems).toMatchObject([
      {
        message: '`services.gateway.ports.api` is neither a property of a port nor an output',
        hint: 'write `${services.NAME.ports.PORT.url}` or `${services.NAME.outputs.OUTPUT}`',
      },
    ])
    expect(parseTemplate('${services.gateway.ports.api.url}', earlyForms).problems).toMatchObject([
      { message: 'unknown expression `services.gateway.ports.api.url`' },
    ])
    expect(parseTemplate('${forwards.db.port}', lateForms).problems).toMatchObject([
      { message: 'unknown expression `forwards.db.port`' },
    ])
    expect(parseTemplate('${forwards.db.port}', stepForms).template.parts[0]).toMatchObject({
      expression: { root: 'forwards', forward: 'db', property: 'port' },
    })
  })
})
