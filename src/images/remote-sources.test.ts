import { expect, test } from 'vitest'
import { remoteSources } from './remote-sources.ts'

test.each([
  ['ADD https://example.com/tool.tgz /opt/', ['https://example.com/tool.tgz']],
  ['ADD ["https://example.com/a", "/a"]', ['https://example.com/a']],
  ['ADD --chown=1:1 HTTP://example.com/a b /dir/', ['HTTP://example.com/a']],
  ['ADD git@example.com:shop/gateway.git /src', ['git@example.com:shop/gateway.git']],
  ['ADD https://example.com/shop.git#main /src', ['https://example.com/shop.git#main']],
  ['ADD --checksum=sha256:24454f83 https://example.com/a /a', []],
  ['ADD local.tgz /opt/', []],
  ['COPY https: /a', []],
  ['RUN curl -O https://example.com/a', []],
  ['# ADD https://example.com/a /a', []],
])('%s fetches %j', (line, urls) => {
  expect(remoteSources(`FROM scratch\n${line}\n`)).toEqual(urls.map((url) => ({ url, line: 2 })))
})
