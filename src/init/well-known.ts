import { lastPart, repositoryOf } from './names.ts'

/** What is known of a program that many systems use. */
export interface WellKnown {
  readonly port: number
  /** A command in its container that succeeds once it serves. */
  readonly isReady?: readonly string[]
}

// Over TCP where it makes a difference: while a database sets itself up, it answers on its socket already.
const postgres: WellKnown = { port: 5432, isReady: ['pg_isready', '--quiet', '--host', '127.0.0.1'] }
const mysql: WellKnown = { port: 3306, isReady: ['mysqladmin', 'ping', '--silent', '--host=127.0.0.1'] }

const programs: Readonly<Record<string, WellKnown>> = {
  postgres,
  postgresql: postgres,
  postgis: postgres,
  pgvector: postgres,
  mysql,
  mariadb: { port: 3306, isReady: ['healthcheck.sh', '--connect'] },
  redis: { port: 6379, isReady: ['redis-cli', 'ping'] },
  valkey: { port: 6379, isReady: ['valkey-cli', 'ping'] },
  mongo: { port: 27017 },
  rabbitmq: { port: 5672, isReady: ['rabbitmq-diagnostics', '--quiet', 'ping'] },
  nats: { port: 4222 },
  memcached: { port: 11211 },
  minio: { port: 9000 },
  elasticsearch: { port: 9200 },
  opensearch: { port: 9200 },
  localstack: { port: 4566 },
  nginx: { port: 80 },
  vault: { port: 8200 },
  mailpit: { port: 1025 },
  mailhog: { port: 1025 },
}

/** By the last part of an image's repository; undefined for all others. */
export function wellKnown(image: string): WellKnown | undefined {
  const name = lastPart(repositoryOf(image) ?? '')
  return Object.hasOwn(programs, name) ? programs[name] : undefined
}
