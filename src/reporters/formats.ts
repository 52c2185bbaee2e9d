import type { Format } from './format.ts'

interface ListedFormat {
  /** A file whose name ends so is written in this format where nobody says another. */
  readonly extension?: string
  /** Loaded when it is wanted. */
  readonly load: () => Promise<Format>
}

/** Every form in which a run can be told; to add one, write it and name it here. */
const formats = {
  text: { extension: '.txt', load: async () => (await import('./export/text-report.ts')).textReport },
  html: { extension: '.html', load: async () => (await import('./timeline/timeline-page.ts')).timelinePage },
  markdown: { extension: '.md', load: async () => (await import('./export/markdown.ts')).markdownReport },
  json: { extension: '.json', load: async () => (await import('./export/json-report.ts')).jsonReport },
  junit: { extension: '.xml', load: async () => (await import('./junit.ts')).junit },
  trace: { load: async () => (await import('./export/chrome-trace.ts')).chromeTrace },
  otlp: { load: async () => (await import('./export/otlp.ts')).otlpReport },
} satisfies Readonly<Record<string, ListedFormat>>

export type FormatName = keyof typeof formats

export const formatNames = Object.keys(formats) as readonly FormatName[]

/** What makes reports of a format. */
export function loadFormat(name: FormatName): Promise<Format> {
  return formats[name].load()
}

/** The format that the name of a file asks for, if any does. */
export function formatOfFile(file: string): FormatName | undefined {
  return formatNames.find((name) => {
    const { extension }: ListedFormat = formats[name]
    return extension !== undefined && file.endsWith(extension)
  })
}
