import { fingerprint, parseAlert } from '../common/alert.js'
import { serve } from '../common/http.js'
import { numberSetting, setting } from '../common/settings.js'
import { openDeduplication } from './deduplication.js'
import { openStorage } from './storage.js'

const storage = openStorage(setting('DATASTORAGE_URL'))
const deduplication = openDeduplication(setting('REDIS_URL'), {
  windowMs: 1000 * numberSetting('DEDUPLICATION_WINDOW_SECONDS', 300),
})

serve({
  routes: {
    'POST /alerts': async ({ body }) => {
      const alert = parseAlert(body)
      const { id, isDuplicate } = await deduplication.once(fingerprint(alert), () => storage.insert(alert))
      return { status: isDuplicate ? 200 : 201, body: { id, duplicate: isDuplicate } }
    },

    'GET /alerts/:id': ({ params }) => storage.get(`/alerts/${params.id}`),

    'GET /alerts': ({ query }) => storage.get(`/alerts?${query}`),
  },
  needs: { redis: deduplication.check, datastorage: storage.check },
  close: deduplication.close,
})
