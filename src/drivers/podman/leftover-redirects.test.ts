import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { removeLeftoverRedirects } from './leftover-redirects.ts'

const id = '400d289f8fc9cfab1a28aa852498bd8938492712b6f5db8bb668257f8ff28253'
// As netavark 1.4 makes them for a container of the network `kind`.
const saved = `*nat
-A PREROUTING -m addrtype --dst-type LOCAL -j NETAVARK-HOSTPORT-DNAT
-A NETAVARK-DN-62F930FC96F2B -s 127.0.0.1/32 -d 127.0.0.1/32 -p tcp -m tcp --dport 20777 -j NETAVARK-HOSTPORT-SETMARK
-A NETAVARK-DN-62F930FC96F2B -d 127.0.0.1/32 -p tcp -m tcp --dport 20777 -j DNAT --to-destination 10.89.0.52:80
-A NETAVARK-DN-62F930FC96F2B -d 127.0.0.1/32 -p tcp -m tcp --dport 2077 -j DNAT --to-destination 10.89.0.53:80
-A NETAVARK-HOSTPORT-DNAT -p tcp -m tcp --dport 20777 -m comment --comment "dnat name: kind id: ${id}" -j NETAVARK-DN-62F930FC96F2B
-A SOMEBODY-ELSE -p tcp -m tcp --dport 20777 -j ACCEPT
COMMIT
`

test.runIf(process.getuid?.() === 0)(
  'rules of podman for ports that nobody has any more go, and no others',
  async () => {
    let stdin: unknown
    const exec = new FakeExec(({ program }, { stdin: given }) => {
      if (program === 'iptables-restore') stdin = given
      return program === 'iptables-save' ? { stdout: saved } : {}
    })
    expect(await removeLeftoverRedirects(exec, [20_777, 20_778], {})).toEqual([20_777])
    expect(stdin).toBe(`*nat
-D NETAVARK-DN-62F930FC96F2B -s 127.0.0.1/32 -d 127.0.0.1/32 -p tcp -m tcp --dport 20777 -j NETAVARK-HOSTPORT-SETMARK
-D NETAVARK-DN-62F930FC96F2B -d 127.0.0.1/32 -p tcp -m tcp --dport 20777 -j DNAT --to-destination 10.89.0.52:80
-D NETAVARK-HOSTPORT-DNAT -p tcp -m tcp --dport 20777 -m comment --comment "dnat name: kind id: ${id}" -j NETAVARK-DN-62F930FC96F2B
COMMIT
`)
  },
)

test('where nothing is left, nothing is changed; nor where there is no iptables', async () => {
  const exec = new FakeExec(({ program }) =>
    program === 'iptables-save' ? { stdout: '*nat\nCOMMIT' } : undefined,
  )
  expect(await removeLeftoverRedirects(exec, [20_777], {})).toEqual([])
  expect(await removeLeftoverRedirects(new FakeExec(() => undefined), [20_777], {})).toEqual([])
})
