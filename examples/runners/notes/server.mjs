// Keeps notes, in memory: POST /notes stores one, GET /notes has all, GET / shows them.
import { createServer } from 'node:http'

const notes = []
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const server = createServer(async (request, response) => {
  const reply = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  switch (`${request.method} ${request.url}`) {
    case 'GET /healthz':
      return reply(200, { status: 'ok' })
    case 'GET /notes':
      return reply(200, notes)
    case 'POST /notes': {
      const chunks = await request.toArray()
      const text = Buffer.concat(chunks).toString().trim()
      if (text === '') return reply(400, { error: 'a note must say something' })
      notes.push(text)
      return reply(201, { number: notes.length, text })
    }
    case 'GET /': {
      const items = notes.map((text) => `<li>${escaped(text)}</li>`).join('')
      return response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><title>Notes</title><h1>Notes</h1><ul>${items}</ul>`)
    }
    default:
      return reply(404, { error: 'there is nothing here' })
  }
})

server.listen(8080)
process.on('SIGTERM', () => server.close(() => process.exit(0)).closeAllConnections())
