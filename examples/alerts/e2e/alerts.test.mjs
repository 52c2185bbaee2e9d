import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'

const gateway = urlFrom('KINDLING_GATEWAY_API_URL')
const datastorage = urlFrom('KINDLING_DATASTORAGE_API_URL')

function urlFrom(name) {
  const url = process.env[name]
  if (url !== undefined) return url
  throw new Error(`${name} is not set; after \`kindling up\` it is in .kindling/environments/alerts/.env`)
}

/** An alert that no other test knows: its label `test` is unique. */
function anAlert(changes = {}) {
  const { labels, ...rest } = changes
  return { name: 'DiskFull', severity: 'warning', labels: { test: randomUUID(), ...labels }, ...rest }
}

async function request(url, options = {}) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(10_000) })
  return { status: response.status, body: await response.json() }
}

const get = (base, path) => request(new URL(path, base))

const post = (base, body) =>
  request(new URL('/alerts', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** What datastorage holds of a test. */
async function storedOf({ labels }) {
  const { status, body } = await get(datastorage, `/alerts?label=test:${labels.test}`)
  assert.equal(status, 200)
  return body.alerts
}

describe('an alert that is posted', () => {
  test('can be read back from the gateway and from datastorage', async () => {
    const alert = anAlert({ severity: 'critical', summary: 'Only 2 % left: “/var” 💾' })
    const { status, body } = await post(gateway, alert)
    assert.equal(status, 201)
    assert.equal(body.duplicate, false)

    for (const service of [gateway, datastorage]) {
      const { status, body: stored } = await get(service, `/alerts/${body.id}`)
      assert.equal(status, 200)
      const { id, fingerprint, receivedAt, ...content } = stored
      assert.equal(id, body.id)
      assert.match(fingerprint, /^[0-9a-f]{64}$/)
      assert.ok(Math.abs(Date.now() - Date.parse(receivedAt)) < 60_000, `received at ${receivedAt}`)
      assert.deepEqual(content, alert)
    }
  })

  test('is listed by label and severity, the newest first', async () => {
    const suite = randomUUID()
    for (const [zone, severity] of Object.entries({ a: 'info', b: 'critical', c: 'info' })) {
      const { status } = await post(gateway, anAlert({ severity, labels: { suite, zone } }))
      assert.equal(status, 201)
    }
    const zonesOf = async (query) => {
      const { status, body } = await get(gateway, `/alerts?label=suite:${suite}&${query}`)
      assert.equal(status, 200)
      return body.alerts.map(({ labels }) => labels.zone)
    }
    assert.deepEqual(await zonesOf(''), ['c', 'b', 'a'])
    assert.deepEqual(await zonesOf('severity=info'), ['c', 'a'])
    assert.deepEqual(await zonesOf('severity=info&label=zone:a'), ['a'])
    assert.deepEqual(await zonesOf('severity=warning'), [])
    assert.deepEqual(await zonesOf('limit=1'), ['c'])
  })

  test('is stored as it is, whatever it says', async () => {
    const alert = anAlert({ name: `'); DROP TABLE alerts; --`, summary: '\\ " \n $1' })
    assert.equal((await post(gateway, alert)).status, 201)
    const [stored] = await storedOf(alert)
    assert.equal(stored.name, alert.name)
    assert.equal(stored.summary, alert.summary)
  })
})

describe('an alert that is posted again', () => {
  test('is answered with the first one, and stored once', async () => {
    const alert = anAlert()
    const first = await post(gateway, alert)
    const second = await post(gateway, alert)
    assert.equal(first.status, 201)
    assert.equal(second.status, 200)
    assert.deepEqual(second.body, { id: first.body.id, duplicate: true })
    assert.equal((await storedOf(alert)).length, 1)
  })

  test('is the same alert in whatever order its labels come', async () => {
    const { name, severity, labels } = anAlert()
    const first = await post(gateway, { name, severity, labels: { ...labels, zone: 'a' } })
    const second = await post(gateway, { labels: { zone: 'a', ...labels }, severity, name })
    assert.deepEqual(second.body, { id: first.body.id, duplicate: true })
  })

  test('is another alert if its name or a label differs', async () => {
    const alert = anAlert({ labels: { zone: 'a' } })
    const others = [
      alert,
      { ...alert, name: 'DiskSlow' },
      { ...alert, labels: { ...alert.labels, zone: 'b' } },
    ]
    for (const other of others) assert.equal((await post(gateway, other)).status, 201)
    assert.equal((await storedOf(alert)).length, 3)
  })

  test('is stored once even if it is posted twenty times at the same moment', async () => {
    const alert = anAlert()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(gateway, alert)))
    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [...Array(19).fill(200), 201])
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
    assert.equal((await storedOf(alert)).length, 1)
  })
})

describe('what is not an alert', () => {
  const refused = {
    'no JSON': ['{"name":', /not valid JSON/],
    'no object': ['[]', /must be an object/],
    'an alert without a name': [{ severity: 'info' }, /name must be/],
    'an alert without a severity': [{ name: 'DiskFull' }, /severity must be one of info, warning, critical/],
    'an unknown severity': [anAlert({ severity: 'awful' }), /severity must be one of/],
    'a label that is no text': [anAlert({ labels: { zone: 7 } }), /label zone/],
    'a text that PostgreSQL cannot hold': [anAlert({ summary: 'a\0b' }), /summary must be/],
    'an unknown field': [anAlert({ colour: 'red' }), /colour is not known/],
  }
  for (const [what, [body, reason]] of Object.entries(refused)) {
    test(`is refused with the reason: ${what}`, async () => {
      for (const service of [gateway, datastorage]) {
        const answer = await post(service, body)
        assert.equal(answer.status, 400)
        assert.match(answer.body.error, reason)
      }
    })
  }

  test('is refused with all reasons at once', async () => {
    const { body } = await post(gateway, {})
    assert.match(body.error, /name must be.*; severity must be/)
  })

  test('is refused when it is too large', async () => {
    const { status } = await post(gateway, anAlert({ summary: 'x'.repeat(100_000) }))
    assert.equal(status, 413)
  })
})

describe('what is not there', () => {
  for (const path of [`/alerts/${randomUUID()}`, '/alerts/no-uuid', '/nothing']) {
    test(`is answered with 404: ${path.replace(/[0-9a-f-]{36}/, '<an unknown id>')}`, async () => {
      for (const service of [gateway, datastorage]) assert.equal((await get(service, path)).status, 404)
    })
  }

  test('is not looked for with a wrong question', async () => {
    for (const query of ['severity=awful', 'label=zone', 'limit=0']) {
      assert.equal((await get(gateway, `/alerts?${query}`)).status, 400)
    }
  })
})

test('both services say that they are alive and ready', async () => {
  for (const service of [gateway, datastorage]) {
    assert.deepEqual(await get(service, '/healthz'), { status: 200, body: { status: 'ok' } })
    const { status, body } = await get(service, '/readyz')
    assert.equal(status, 200)
    assert.equal(body.status, 'ready')
  }
})
