import type { RunEvent } from '../../engine/events.ts'
import type { Reporter } from '../reporter.ts'
import { otlpTrace } from './otlp.ts'

/** Nobody waits longer for a collector. */
const timeoutMs = 3_000

/** Where traces go, by the variables that OpenTelemetry has for it. */
export interface OtlpTarget {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly service?: string
}

/**
 * Where `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` says, or below `OTEL_EXPORTER_OTLP_ENDPOINT`; `undefined` where neither is
 * set, or they lead to what does not speak HTTP.
 */
export function otlpTarget(env: Readonly<Record<string, string | undefined>>): OtlpTarget | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '')
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base ? `${base}/v1/traces` : undefined)
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL
  if (url === undefined || protocol === 'grpc' || !/^https?:\/\//.test(url)) return undefined
  const headers = env.OTEL_EXPORTER_OTLP_TRACES_HEADERS || env.OTEL_EXPORTER_OTLP_HEADERS || ''
  return {
    url,
    headers: Object.fromEntries(headers.split(',').flatMap(headerOf)),
    ...(env.OTEL_SERVICE_NAME ? { service: env.OTEL_SERVICE_NAME } : {}),
  }
}

/** Sends the trace of a run to a collector once it is over. Throws when that does not work, and it is nobody's failure. */
export function otlpReporter({ url, headers, service = 'kindling' }: OtlpTarget): Reporter {
  const events: RunEvent[] = []
  return {
    name: 'OTLP',
    onEvent: (event) => {
      // Most of a run is output, and none of it is in a trace.
      if (event.type !== 'task-output' && event.type !== 'task-progress') events.push(event)
    },
    close: async () => {
      if (events.length === 0) return
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: otlpTrace(events, service),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: Error) => {
        const { message = error.message } = (error.cause ?? {}) as { readonly message?: string }
        throw new Error(`the trace could not be sent to ${withoutSecrets(url)}: ${message}`)
      })
      if (!response.ok)
        throw new Error(`the trace was refused by ${withoutSecrets(url)}: HTTP ${response.status}`)
    },
  }
}

/** `key=value`, the value encoded as in a URL. */
function headerOf(text: string): [string, string][] {
  const [key = '', ...value] = text.split('=')
  if (key.trim() === '' || value.length === 0) return []
  const raw = value.join('=').trim()
  try {
    return [[key.trim(), decodeURIComponent(raw)]]
  } catch {
    return [[key.trim(), raw]]
  }
}

/** Of the address what may be told: who it is sent to, and not as whom. */
function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
