// Another worker, the same environment.
const url = process.env.KINDLING_NOTES_HTTP_URL

test('the page shows notes, not markup', async () => {
  await fetch(`${url}/notes`, { method: 'POST', body: '<b>bold</b>' })
  const page = await (await fetch(url)).text()
  expect(page).toContain('<li>&lt;b>bold&lt;/b></li>')
})
