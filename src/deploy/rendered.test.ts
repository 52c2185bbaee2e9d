import { describe, expect, test } from 'vitest'
import { describeManifest } from './manifest.ts'
import { parseRendered } from './rendered.ts'
import type { RenderedManifests } from './sources.ts'

const location = { file: '/repo/kindling.yaml', start: { line: 5, column: 9 }, end: { line: 5, column: 20 } }

function source(more: Partial<RenderedManifests> = {}): RenderedManifests {
  return {
    kind: 'rendered',
    location,
    origin: 'charts/shop',
    render: () => Promise.reject(new Error('has been rendered')),
    ...more,
  }
}

const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`
const output = `---
# Source: shop/templates/a.yaml
${object('a')}data:
  text: |
    # Source: shop/none.yaml
---
${object('b')}---
# Source: shop/templates/c.yaml
${object('c')}`

describe('what a program has rendered', () => {
  test('is told with the template it came from, and stands where the configuration asks for it', () => {
    const { manifests } = parseRendered(output, source({ templateName: (comment) => `charts/${comment}` }))
    expect(manifests.map(describeManifest)).toEqual([
      'ConfigMap a (rendered from charts/shop/templates/a.yaml)',
      'ConfigMap b (rendered from charts/shop/templates/a.yaml)',
      'ConfigMap c (rendered from charts/shop/templates/c.yaml)',
    ])
    expect(manifests[2]?.locate(['metadata', 'name'])).toEqual(location)
  })

  test('is told with what was rendered when it names no templates', () => {
    const { manifests } = parseRendered(object('a'), source({ namespace: 'shop' }))
    expect(manifests.map(describeManifest)).toEqual(['ConfigMap a (rendered from charts/shop)'])
    expect(manifests[0]?.namespace).toBe('shop')
  })

  test('problems tell the line of the output', () => {
    const { manifests, diagnostics } = parseRendered(`${object('a')}---\nkind: Pod\n`, source())
    expect(manifests).toHaveLength(1)
    expect(diagnostics).toMatchObject([
      {
        code: 'E_MANIFEST_INVALID',
        message:
          'this Pod lacks `apiVersion`, `metadata.name` (line 5 of what was rendered from charts/shop)',
        location,
      },
    ])
    expect(parseRendered('a: [\n', source()).diagnostics).toMatchObject([
      { code: 'E_MANIFEST_SYNTAX', message: expect.stringContaining('(line 1 of '), location },
    ])
  })

  test.each(['', '---\n# nothing\n'])('nothing at all is an error: %j', (text) => {
    expect(parseRendered(text, source()).diagnostics).toMatchObject([
      { code: 'E_MANIFEST_MISSING', message: expect.stringContaining('charts/shop'), location },
    ])
  })
})
