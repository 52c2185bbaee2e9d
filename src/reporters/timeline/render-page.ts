import { createHash } from 'node:crypto'
import type { TimelineData } from './data.ts'

/** What a page is made of beside its data. */
export interface PageParts {
  readonly style: string
  readonly script: string
}

/**
 * The timeline as one HTML file that needs nothing else: its policy allows this very style and script, and no network.
 */
export function renderPage(data: TimelineData, { style, script }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `style-src '${digestOf(style)}'`,
    `script-src '${digestOf(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`kindling ${data.title}, ${data.run}`)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<noscript>This page draws itself: it needs JavaScript.</noscript>
<script type="application/json" id="data">${escapeJson(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

/** JSON that cannot end the element it stands in, whatever it holds. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
