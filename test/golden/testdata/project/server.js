const { createServer } = require('node:http')
createServer((_, response) => response.end('hello')).listen(8080)
process.on('SIGTERM', () => process.exit(0))
