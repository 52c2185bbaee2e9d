import { expect, inject, test } from 'vitest'

// The same as process.env.KINDLING_NOTES_HTTP_URL, and all else that the environment hands over.
const { services } = inject('kindling')
const { url } = services.notes.ports.http

const post = (text) => fetch(`${url}/notes`, { method: 'POST', body: text })

test('a note is kept', async () => {
  const answer = await post('buy milk')
  expect(answer.status).toBe(201)
  expect(await (await fetch(`${url}/notes`)).json()).toContain('buy milk')
})

test('a note that says nothing is refused', async () => {
  expect((await post('  ')).status).toBe(400)
})
