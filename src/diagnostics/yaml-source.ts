import {
  type Document,
  type DocumentOptions,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type ScalarTag,
  type SchemaOptions,
  visit,
} from 'yaml'
import type { DiagnosticCode } from './codes.ts'
import type { Diagnostic, SourceLocation } from './diagnostic.ts'

/** Keys and indices from the root of a document to a value. */
export type YamlPath = readonly (string | number)[]

/** One YAML (or JSON) document that still knows where each of its values stands. */
export interface YamlSource {
  /** Absolute path of the file. */
  readonly file: string
  /** The document as plain data; null for an empty one. */
  readonly value: unknown
  /** Where the value at `path` stands; for a path that does not exist, its nearest ancestor that does. */
  locate(path: YamlPath): SourceLocation
  /** Where the key of the value at `path` stands; for a list item or the root, the value itself. */
  locateKey(path: YamlPath): SourceLocation
  /** Part of the text at `path`; the whole value where escapes or several lines hide the exact place. */
  locateInside(path: YamlPath, offset: number, length: number): SourceLocation
  /** The scalar at `path` as its author wrote it, without quotes: `1.20` stays `1.20`. */
  textOf(path: YamlPath): string | undefined
}

/** How scalars are read: `core` is YAML 1.2; `kubernetes` reads `0644`, `yes` and `<<` as kubectl does. */
export type YamlDialect = 'core' | 'kubernetes'

export interface ParsedYaml {
  /** The documents that can be read; those with syntax errors are left out. */
  readonly sources: readonly YamlSource[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads every document of `text`; each syntax error becomes a diagnostic with the given code. */
export function parseYaml(
  file: string,
  text: string,
  options: { readonly code: DiagnosticCode; readonly dialect: YamlDialect },
): ParsedYaml {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    ...dialects[options.dialect],
  })
  const sources: YamlSource[] = []
  const diagnostics: Diagnostic[] = []
  const report = (message: string, location: SourceLocation, hint?: string) => {
    // One slip of the pen makes the parser stumble several times on the same line.
    if (diagnostics.some((known) => known.location?.start.line === location.start.line)) return
    diagnostics.push({
      code: options.code,
      severity: 'error',
      message,
      location,
      ...(hint === undefined ? {} : { hint }),
    })
  }
  for (const document of documents) {
    for (const error of document.errors) {
      if (error.code === 'DUPLICATE_KEY') {
        const [start] = error.pos
        const key = /^[^\s:]+/.exec(text.slice(start, start + 200))?.[0] ?? ''
        report(`the key \`${key}\` is there twice`, locationAt(file, lines, [start, start + key.length]))
      } else {
        const message = error.message.charAt(0).toLowerCase() + error.message.slice(1)
        report(message, locationAt(file, lines, withinText(text, error.pos)))
      }
    }
    let isReadable = document.errors.every((error) => error.code === 'DUPLICATE_KEY')
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) !== undefined) return
        isReadable = false
        const range = alias.range ?? [0, 0]
        report(`the alias \`*${alias.source}\` has no anchor before it`, locationAt(file, lines, range))
      },
    })
    if (!isReadable) continue
    try {
      sources.push(yamlSource(file, document, document.toJS(), lines))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      report(message, locationAt(file, lines, document.range))
    }
  }
  return { sources, diagnostics }
}

/** What is missing at the end of a file is shown after its last character, not on a line that is not there. */
function withinText(text: string, range: readonly [number, number]): readonly [number, number] {
  const end = text.trimEnd().length
  return range[0] < end ? range : [Math.max(0, end - 1), end]
}

const kubernetesTags: readonly ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?0[0-7]+$/,
    resolve: (text: string) => Number.parseInt(text, 8),
  },
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/,
    resolve: (text: string) => /^(?:yes|on)$/i.test(text),
  },
]

const dialects: Record<YamlDialect, DocumentOptions & SchemaOptions> = {
  core: {},
  // The first tag whose test matches wins, so ours come before those of the core schema.
  kubernetes: { merge: true, customTags: (tags) => [...kubernetesTags, ...tags] },
}

function yamlSource(file: string, document: Document.Parsed, value: unknown, lines: LineCounter): YamlSource {
  const at = (range: readonly number[]) => locationAt(file, lines, range)
  const root: Found = { node: document.contents }
  const rootRange = document.contents?.range ?? document.range
  const locate = (path: YamlPath): SourceLocation => {
    const found = find(document, root, path)
    const range = found?.node?.range ?? undefined
    if (range !== undefined && range[1] > range[0]) return at(range)
    if (found?.key?.range) return at(found.key.range)
    return path.length === 0 ? at(rootRange) : locate(path.slice(0, -1))
  }
  return {
    file,
    value,
    locate,
    locateKey(path) {
      const key = find(document, root, path)?.key
      return key?.range ? at(key.range) : locate(path)
    },
    locateInside(path, offset, length) {
      const node = find(document, root, path)?.node
      if (!isScalar(node) || !node.range || typeof node.value !== 'string') return locate(path)
      const quote = node.type === 'PLAIN' ? 0 : 1
      const [start, end] = node.range
      const isLiteral = node.source === node.value && end - start === node.value.length + 2 * quote
      if (!isLiteral || node.value.includes('\n')) return locate(path)
      return at([start + quote + offset, start + quote + offset + length])
    },
    textOf(path) {
      const node = find(document, root, path)?.node
      if (!isScalar(node)) return undefined
      return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
    },
  }
}

interface Found {
  readonly node: Node | null
  readonly key?: Node
}

function find(document: Document.Parsed, root: Found, path: YamlPath): Found | undefined {
  let found: Found = root
  for (const step of path) {
    const parent = isAlias(found.node) ? found.node.resolve(document) : found.node
    if (isMap<Node, Node | null>(parent)) {
      const pair: Pair<Node, Node | null> | undefined = parent.items.find(
        ({ key }) => String(isScalar(key) ? key.value : key) === String(step),
      )
      if (pair === undefined) return undefined
      found = { node: pair.value, key: pair.key }
    } else if (isSeq<Node>(parent)) {
      const item: Node | undefined = parent.items[Number(step)]
      if (item === undefined) return undefined
      found = { node: item }
    } else {
      return undefined
    }
  }
  return found
}

function locationAt(file: string, lines: LineCounter, range: readonly number[]): SourceLocation {
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const [start = 0, end = start] = range
  return { file, start: position(start), end: position(end) }
}
