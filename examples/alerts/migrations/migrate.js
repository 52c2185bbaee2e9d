import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { log, reasonOf } from '../common/log.js'
import { setting } from '../common/settings.js'

/** Any number, the same for all who migrate this database. */
const lock = 20_240_607

/** Applies the `.sql` files of a directory that were not applied yet, in the order of their names. */
async function migrate(client, directory) {
  // Of two at once, the second waits and then finds nothing to do.
  await client.query('SELECT pg_advisory_lock($1)', [lock])
  await client.query(
    'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
  )
  const { rows } = await client.query('SELECT name FROM migrations')
  const applied = new Set(rows.map(({ name }) => name))
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  for (const name of names.filter((name) => !applied.has(name))) {
    await client.query('BEGIN')
    await client.query(await readFile(join(directory, name), 'utf8'))
    await client.query('INSERT INTO migrations (name) VALUES ($1)', [name])
    await client.query('COMMIT')
    log('info', 'applied', { name })
  }
  log('info', 'up to date', { migrations: names.length })
}

const client = new pg.Client({ connectionTimeoutMillis: 5_000, statement_timeout: 60_000 })
try {
  await client.connect()
  await migrate(client, setting('MIGRATIONS_DIRECTORY'))
} catch (error) {
  log('error', 'migration failed', { reason: reasonOf(error) })
  process.exitCode = 1
} finally {
  await client.end().catch(() => {})
}
