import { describe, expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { PortLeases } from '../../state/port-leases.ts'
import type { Host } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import { leasePorts, portRequests } from './lease-ports.ts'

const services = portRequests([
  ...configOf(`
project: shop
images: {}
services:
  api: { apply: a.yaml, ports: { http: { port: 80, host: 20500 }, admin: 81 } }
  db: { apply: b.yaml, ports: { sql: { port: 5432, host: 20501 } } }
environments: { e2e: { services: [api, db], cluster: { provider: podman } } }`).services.values(),
])

/** A host on which these ports are taken by other programs, and no other. */
function hostWith(takenPorts: readonly number[] = []): Pick<Host, 'ports'> {
  return { ports: new PortLeases(temporaryDirectory(), async (port) => !takenPorts.includes(port)) }
}

async function refusalOf(host: Pick<Host, 'ports'>): Promise<OperationError> {
  const error: unknown = await leasePorts(host, 'shop-e2e-1', services).catch((reason: unknown) => reason)
  if (!(error instanceof OperationError)) throw new Error('a refusal was expected')
  return error
}

test('every declared port has one on the host, a fixed one the one it is fixed to', async () => {
  const ports = await leasePorts(hostWith(), 'shop-e2e-1', services)
  expect([...ports.keys()].sort()).toEqual(['api.admin', 'api.http', 'db.sql'])
  expect([ports.get('api.http'), ports.get('db.sql')]).toEqual([20_500, 20_501])
})

describe('P1: a fixed port that is taken', () => {
  test('by a program is told with how to find it', async () => {
    const { code, message, hint } = await refusalOf(hostWith([20_500]))
    expect(code).toBe('E_PORT_TAKEN')
    expect(message).toBe('port 20500, which is fixed for api.http: another program listens there')
    expect(hint).toContain("ss -ltnp 'sport = :20500'")
  })

  test('by another environment is told with its name', async () => {
    const host = hostWith()
    await host.ports.acquire('other-e2e-2', [{ use: 'web.http', fixed: 20_501 }])
    const { message, hint } = await refusalOf(host)
    expect(message).toBe('port 20501, which is fixed for db.sql: the environment other-e2e-2 has it')
    expect(hint).toContain('kindling status')
  })

  test('E2: together with others is told with all of them, and nothing was leased', async () => {
    const host = hostWith([20_500, 20_501])
    const { message, detail } = await refusalOf(host)
    expect(message).toBe('2 ports are taken')
    expect(detail?.split('\n')).toHaveLength(2)
    expect(host.ports.list()).toEqual([])
  })
})
