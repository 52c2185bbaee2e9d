import { basename, dirname } from 'node:path'

/** The directory of the program: `gateway` for `/app/gateway/server.js`. */
const service = basename(dirname(process.argv[1] ?? ''))

/** Writes one line of JSON to stdout. */
export function log(level, message, fields = {}) {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, service, message, ...fields }))
}

/** The innermost reason of an error; `fetch` and the attempts to connect wrap it. */
export function reasonOf(error) {
  const inner = error.cause ?? error.errors?.[0]
  return inner instanceof Error ? reasonOf(inner) : error.message
}
