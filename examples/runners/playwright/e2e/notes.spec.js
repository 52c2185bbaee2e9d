import { expect, test } from '@playwright/test'

// A function: this file is also read before the environment is up.
const url = () => process.env.KINDLING_NOTES_HTTP_URL

test('a note is kept', async ({ request }) => {
  const answer = await request.post(`${url()}/notes`, { data: 'buy milk' })
  expect(answer.status()).toBe(201)
  expect(await (await request.get(`${url()}/notes`)).json()).toContain('buy milk')
})

test('a note that says nothing is refused', async ({ request }) => {
  const answer = await request.post(`${url()}/notes`, { data: '  ' })
  expect(answer.status()).toBe(400)
})
