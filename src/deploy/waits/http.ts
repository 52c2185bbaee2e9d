import { readFile } from 'node:fs/promises'
import { type HttpAnswer, NoAnswerError, requestLocal, type TlsChecks } from '../../util/connect.ts'
import { describePattern, isIn, type TextPattern } from './text-pattern.ts'
import { notYet, reasonOf, type WaitStrategy } from './wait-strategy.ts'

/**
 * How long the first request may take before it counts as not ready, and every one at most: each may take twice as long as
 * the one before. A connection that was opened while the rules behind a NodePort were being written can be lost for good,
 * and only another one gets through; a server that is slow gets its time all the same.
 */
const firstTimeoutMs = 300
const longestTimeoutMs = 5_000
/** Of a body that has something to be found in it. */
const searchedBytes = 1024 * 1024

/** A request to a named port of the service, and the answer that counts. */
export interface RequestDescription {
  readonly port: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The name the server is asked by; absent means its address. */
  readonly host?: string
  /** Both ends belong to a range. */
  readonly status: readonly { readonly from: number; readonly to: number }[]
  readonly body?: TextPattern
}

/** How the certificate of a server is looked at. */
export interface TlsDescription {
  /** Absolute path of the certificates that are trusted instead of the well-known ones. */
  readonly caFile?: string
  /** Whatever certificate the server has is taken. */
  readonly isInsecure: boolean
}

/** A request from the host is answered as it should be. */
export function httpWait(request: RequestDescription, tls?: TlsDescription): WaitStrategy {
  const { port, method, path } = request
  let timeoutMs = firstTimeoutMs
  return {
    name: `${tls === undefined ? 'http' : 'https'} ${port} ${path}`,
    isWatched: false,
    async look({ cluster, service, signal }) {
      try {
        const answer = await requestLocal(cluster.hostPort(service, port), path, {
          method,
          headers: request.headers,
          timeoutMs,
          signal,
          ...(request.host === undefined ? {} : { host: request.host }),
          ...(request.body === undefined ? {} : { bodyLimit: searchedBytes }),
          ...(tls === undefined ? {} : { tls: await checksOf(tls) }),
        })
        const problem = problemOf(answer, request)
        return problem === undefined ? { isReady: true } : notYet(`${method} ${path} answered ${problem}`)
      } catch (error) {
        const reason = reasonOf(error, signal)
        if (error instanceof NoAnswerError) timeoutMs = Math.min(timeoutMs * 2, longestTimeoutMs)
        return notYet(`${method} ${path}: ${reason}${adviceOn(error)}`)
      }
    },
  }
}

/** Read at each look, since the service itself may be what makes the file. */
async function checksOf({ caFile, isInsecure }: TlsDescription): Promise<TlsChecks> {
  if (isInsecure) return { isInsecure }
  return caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }
}

function problemOf(
  { status, body }: HttpAnswer,
  { status: wanted, body: pattern }: RequestDescription,
): string | undefined {
  const firstLine = body.split('\n', 1)[0]?.slice(0, 120) ?? ''
  if (!wanted.some(({ from, to }) => status >= from && status <= to))
    return `${status}, not ${wanted.map(describeRange).join(' or ')}: ${firstLine}`
  if (pattern !== undefined && !isIn(pattern, body))
    return `${status}, but without ${describePattern(pattern)}: ${firstLine}`
  return undefined
}

function describeRange({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? `${from}` : `${from}-${to}`
}

const untrusted = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

/** What to write in the configuration, where the words of the TLS library do not lead there. */
function adviceOn(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return '; `host` is the name to ask for'
  return untrusted.includes(code) ? '; `ca` names the certificate to trust, `insecure` trusts any' : ''
}
