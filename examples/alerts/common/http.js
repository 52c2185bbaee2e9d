import { createServer } from 'node:http'
import { HttpError } from './http-error.js'
import { log, reasonOf } from './log.js'
import { numberSetting } from './settings.js'

const maxBodyBytes = 64 * 1024
const drainTimeoutMs = 5_000

/**
 * @typedef {{ params: Record<string, string>, query: URLSearchParams, body: unknown }} Request
 * @typedef {{ status: number, body: unknown }} Reply
 */

/**
 * Serves JSON on `PORT` until SIGTERM: then it finishes the requests under way and lets go of what it holds.
 *
 * @param {object} service
 * @param {Record<string, (request: Request) => Promise<Reply>>} service.routes by method and path: `GET /alerts/:id`
 * @param {Record<string, () => Promise<unknown>>} service.needs what must answer for `/readyz` to be 200
 * @param {() => unknown} service.close
 */
export function serve({ routes, needs, close }) {
  let isDraining = false
  let underWay = 0
  const table = Object.entries({
    'GET /healthz': async () => ({ status: 200, body: { status: 'ok' } }),
    'GET /readyz': () => readiness(needs, isDraining),
    ...routes,
  }).map(compile)

  const server = createServer(async (request, response) => {
    const startedAt = performance.now()
    underWay += 1
    response.once('close', () => {
      underWay -= 1
      closeIfDrained()
    })
    const { status, body } = await answer(table, request)
    if (isDraining) response.setHeader('connection', 'close')
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
    if (request.url === '/healthz' || request.url === '/readyz') return
    const durationMs = Math.round(performance.now() - startedAt)
    log('info', 'request', { method: request.method, url: request.url, status, durationMs })
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 10_000
  server.listen(numberSetting('PORT', 8080), () => log('info', 'listening', server.address()))

  /** Once nothing is under way, whoever is still connected would only keep the process alive. */
  function closeIfDrained() {
    if (isDraining && underWay === 0) server.closeAllConnections()
  }

  async function stop(signal) {
    if (isDraining) return
    isDraining = true
    log('info', 'draining', { signal })
    const deadline = setTimeout(() => server.closeAllConnections(), drainTimeoutMs)
    const closed = new Promise((resolve) => server.close(resolve))
    closeIfDrained()
    await closed
    clearTimeout(deadline)
    await close()
    log('info', 'stopped')
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function compile([route, handle]) {
  const [method, path] = route.split(' ')
  return { method, pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`), handle }
}

/** The reply to a request, also to one that cannot be served. */
async function answer(table, request) {
  try {
    const { method } = request
    const [path, ...query] = request.url.split('?')
    const route = table.find((route) => route.method === method && route.pattern.test(path))
    if (route === undefined) throw new HttpError(404, `there is no ${method} ${path}`)
    return await route.handle({
      params: { ...route.pattern.exec(path).groups },
      query: new URLSearchParams(query.join('?')),
      body: method === 'POST' ? await readJson(request) : undefined,
    })
  } catch (error) {
    if (!(error instanceof HttpError)) {
      log('error', 'unexpected', { url: request.url, error: error.stack })
      return { status: 500, body: { error: 'internal error' } }
    }
    if (error.status >= 500) log('error', error.message, { url: request.url, reason: reasonOf(error) })
    return { status: error.status, body: { error: error.message } }
  }
}

async function readJson(request) {
  const chunks = []
  let bytes = 0
  // The connection must outlive a body that is refused, or the client would never learn why.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw new HttpError(413, `a body may have ${maxBodyBytes} bytes at most`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new HttpError(400, 'the body is not valid JSON')
  }
}

async function readiness(needs, isDraining) {
  if (isDraining) return { status: 503, body: { status: 'draining' } }
  const names = Object.keys(needs)
  const results = await Promise.allSettled(names.map((name) => needs[name]()))
  const states = results.map(({ reason }) => (reason === undefined ? 'ok' : reasonOf(reason)))
  const isReady = states.every((state) => state === 'ok')
  return {
    status: isReady ? 200 : 503,
    body: {
      status: isReady ? 'ready' : 'not ready',
      needs: Object.fromEntries(names.map((name, index) => [name, states[index]])),
    },
  }
}
