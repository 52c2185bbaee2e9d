type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
type Child = Node | string

const svgNamespace = 'http://www.w3.org/2000/svg'

/** An element with attributes and children; one that is `undefined` or `false` is left out. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  setAttributes(element, attributes)
  element.append(...children)
  return element
}

/** The same of a drawing. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(svgNamespace, name)
  setAttributes(element, attributes)
  element.append(...children)
  return element
}

/** Puts an element where a stretch of a whole lies, by its left edge and width. */
export function place(element: HTMLElement, startMs: number, endMs: number, wholeMs: number): void {
  const percent = (ms: number) => `${wholeMs > 0 ? (100 * ms) / wholeMs : 0}%`
  element.style.left = percent(startMs)
  element.style.width = percent(endMs - startMs)
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    element.setAttribute(name, value === true ? '' : `${value}`)
  }
}
