import { isText, parseAlert, severities } from '../common/alert.js'
import { serve } from '../common/http.js'
import { HttpError } from '../common/http-error.js'
import { openAlerts } from './alerts.js'

const maxListed = 100

const alerts = openAlerts()

serve({
  routes: {
    'POST /alerts': async ({ body }) => ({ status: 201, body: await alerts.insert(parseAlert(body)) }),

    'GET /alerts/:id': async ({ params: { id } }) => {
      const alert = await alerts.find(id)
      if (alert === undefined) throw new HttpError(404, `there is no alert ${id}`)
      return { status: 200, body: alert }
    },

    'GET /alerts': async ({ query }) => ({
      status: 200,
      body: { alerts: await alerts.list(parseFilter(query)) },
    }),
  },
  needs: { postgres: alerts.check },
  close: alerts.close,
})

/** `?severity=critical&label=team:payments&label=zone:b&limit=10` */
function parseFilter(query) {
  const severity = query.get('severity')
  if (severity !== null && !severities.includes(severity)) {
    throw new HttpError(400, `severity must be one of ${severities.join(', ')}`)
  }
  const labels = query.getAll('label').map((label) => {
    const [, key, value] = /^([^:]+):(.*)$/s.exec(label) ?? []
    if (key === undefined || !isText(label, 301)) throw new HttpError(400, 'label must be like team:payments')
    return [key, value]
  })
  const limit = Number(query.get('limit') ?? maxListed)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxListed) {
    throw new HttpError(400, `limit must be a number from 1 to ${maxListed}`)
  }
  return { severity, labels: Object.fromEntries(labels), limit }
}
