import { expect, test } from '@playwright/test'

const url = () => process.env.KINDLING_NOTES_HTTP_URL

test('the page shows notes, not markup', async ({ page, request }) => {
  const note = `<b>bold at ${Date.now()}</b>`
  await request.post(`${url()}/notes`, { data: note })
  await page.goto(url())
  await expect(page.getByRole('listitem').filter({ hasText: note })).toBeVisible()
})
