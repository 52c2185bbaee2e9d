import { createHash } from 'node:crypto'
import { HttpError } from './http-error.js'

export const severities = ['info', 'warning', 'critical']

/**
 * @typedef {object} Alert
 * @property {string} name
 * @property {'info' | 'warning' | 'critical'} severity
 * @property {Record<string, string>} labels
 * @property {string} summary
 */

/**
 * The alert in a request's body, or an error 400 that tells everything that is wrong with it.
 *
 * @returns {Alert}
 */
export function parseAlert(body) {
  if (!isObject(body)) throw new HttpError(400, 'an alert must be an object')
  const { name, severity, labels = {}, summary = '', ...unknown } = body
  const problems = Object.keys(unknown).map((key) => `${key} is not known`)
  if (!isText(name, 200) || name === '') problems.push('name must be a text of 1 to 200 characters')
  if (!severities.includes(severity)) problems.push(`severity must be one of ${severities.join(', ')}`)
  if (!isText(summary, 2000)) problems.push('summary must be a text of at most 2000 characters')
  if (!isObject(labels)) problems.push('labels must be an object')
  else {
    for (const [label, value] of Object.entries(labels)) {
      if (!isText(label, 100) || !isText(value, 200)) problems.push(`label ${label} must be a short text`)
    }
  }
  if (problems.length > 0) throw new HttpError(400, problems.join('; '))
  return { name, severity, labels, summary }
}

/** Alerts of the same name and labels are the same alert, however severe. */
export function fingerprint({ name, labels }) {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([name, sorted]))
    .digest('hex')
}

/** Whether PostgreSQL can store it as text: neither NUL nor half a surrogate pair. */
export function isText(value, maxLength) {
  return (
    typeof value === 'string' &&
    value.length <= maxLength &&
    !value.includes('\0') &&
    !/\p{Surrogate}/u.test(value)
  )
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
