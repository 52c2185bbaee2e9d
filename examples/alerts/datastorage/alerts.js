import pg from 'pg'
import { fingerprint } from '../common/alert.js'
import { HttpError } from '../common/http-error.js'
import { log } from '../common/log.js'
import { numberSetting } from '../common/settings.js'

const columns = 'id, fingerprint, name, severity, labels, summary, received_at AS "receivedAt"'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The table of alerts. Which database it is in, is told by `PGHOST`, `PGDATABASE` and so on. */
export function openAlerts() {
  const pool = new pg.Pool({
    max: numberSetting('MAX_CONNECTIONS', 10),
    connectionTimeoutMillis: 2_000,
    query_timeout: 3_000,
    statement_timeout: 3_000,
  })
  // A connection lost while idle is replaced at the next query. Without a listener it would end the process.
  pool.on('error', (error) => log('warn', 'lost a connection to PostgreSQL', { reason: error.message }))

  async function query(text, values) {
    try {
      const { rows } = await pool.query(text, values)
      return rows
    } catch (error) {
      // What PostgreSQL itself objects to is a bug of ours; all else means that it did not answer.
      if (error instanceof pg.DatabaseError) throw error
      throw new HttpError(503, 'the database does not answer', { cause: error })
    }
  }

  return {
    async insert(alert) {
      const { name, severity, labels, summary } = alert
      const [row] = await query(
        `INSERT INTO alerts (fingerprint, name, severity, labels, summary)
         VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
        [fingerprint(alert), name, severity, labels, summary],
      )
      return row
    },

    /** `undefined` when there is no such alert. */
    async find(id) {
      if (!uuid.test(id)) return undefined
      const [row] = await query(`SELECT ${columns} FROM alerts WHERE id = $1`, [id])
      return row
    },

    /** The newest first. */
    async list({ severity, labels, limit }) {
      return await query(
        `SELECT ${columns} FROM alerts
         WHERE ($1::text IS NULL OR severity = $1) AND labels @> $2
         ORDER BY received_at DESC, id LIMIT $3`,
        [severity, labels, limit],
      )
    },

    /** Rejects while the database is out of reach or not migrated. */
    check: () => query('SELECT FROM alerts LIMIT 1'),

    close: () => pool.end(),
  }
}
