type Attributes = Readonly<Record<string, string | number>>

/** An element with its attributes and a text; no text is no content. */
export function textElement(name: string, attributes: Attributes, text: string = ''): string {
  const start = `<${name}${attributesText(attributes)}`
  return text === '' ? `${start}/>` : `${start}>${escaped(text)}</${name}>`
}

/** An element with its attributes and others in it, each on a line of its own. */
export function element(name: string, attributes: Attributes, children: readonly string[]): string {
  const start = `<${name}${attributesText(attributes)}`
  return children.length === 0 ? `${start}/>` : [`${start}>`, ...children, `</${name}>`].join('\n')
}

/** A whole document. */
export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${attributeText(String(value))}"`)
    .join('')
}

function escaped(text: string): string {
  return allowed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Line ends and tabs of an attribute would be read as spaces. */
function attributeText(text: string): string {
  return escaped(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;')
}

/** XML 1.0 has no place for most control characters, escaped or not, nor for half of a pair of surrogates. */
function allowed(text: string): string {
  return text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
}
