import { join } from 'node:path'
import { Redactor } from '../../src/exec/redactor.ts'
import { lateValues } from '../../src/operations/run/late-values.ts'
import { ServiceResults } from '../../src/state/service-results.ts'
import type { RunScope } from '../../src/tasks/run-scope.ts'
import { FakeCluster } from './fake-cluster.ts'
import { FakeExec } from './fake-exec.ts'
import type { ImageHost } from './image-scope.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What the tasks of another run of an environment share, with what earlier ones have left. */
export function runScope(
  host: ImageHost,
  {
    cluster = new FakeCluster(),
    exec = new FakeExec(),
    forwardsOf = new Map(),
  }: Partial<Pick<RunScope, 'forwardsOf'>> & {
    readonly cluster?: FakeCluster
    readonly exec?: FakeExec
  } = {},
): RunScope & { readonly clock: VirtualClock } {
  const images = host.scope({ exec }) as ReturnType<ImageHost['scope']> & { readonly clock: VirtualClock }
  const outputs: RunScope['outputs'] = new Map()
  return {
    ...images,
    cluster,
    redactor: new Redactor(),
    results: new ServiceResults(join(host.state, 'results.json')),
    outputs,
    variablesOf: new Map(),
    forwardsOf,
    resolve: lateValues({}, {}, { provided: images.provided, cluster, outputs }),
    hostVariables: () => ({ KINDLING_ENVIRONMENT: 'e2e' }),
    traceVariables: (task) => ({ TRACEPARENT: `00-${task}` }),
  }
}
