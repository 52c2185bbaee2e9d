/** A port of this machine, as programs are told of it. */
export interface LocalAddress {
  readonly host: string
  readonly port: number
  readonly url: string
}

/** C9: `localhost` may mean ::1, where nothing listens. */
const host = '127.0.0.1'

export function addressOf(port: number): LocalAddress {
  return { host, port, url: `http://${host}:${port}` }
}
