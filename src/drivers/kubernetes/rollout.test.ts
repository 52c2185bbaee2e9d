import { describe, expect, test } from 'vitest'
import {
  aLivePod,
  aLiveWorkload,
  aReplicaSet,
  aWarning,
  aWorkload,
} from '../../../test/rig/kubernetes-objects.ts'
import type { EventObject, Pod, Workload } from './live-objects.ts'
import { type Rollout, rolloutOf } from './rollout.ts'

interface Situation {
  readonly wanted?: Record<string, unknown>
  readonly live?: Workload | Pod
  readonly pods?: readonly Pod[]
  readonly replicaSets?: readonly Workload[]
  readonly warnings?: readonly EventObject[]
  readonly restarts?: number
}

function rollout({ live, wanted, pods = [], replicaSets, warnings = [], restarts = 3 }: Situation): Rollout {
  const { kind, name } = { kind: live?.kind ?? 'Deployment', name: live?.metadata.name ?? 'web' }
  const view = { pods, replicaSets: replicaSets ?? [aReplicaSet('web')], warnings }
  return rolloutOf([{ wanted: aWorkload(kind, name, wanted), live }], view, restarts)
}

/** The first problem in one line, with its patience in seconds. */
function problemOf(situation: Situation): string | undefined {
  const [problem] = rollout(situation).problems
  return problem === undefined ? undefined : `${problem.patienceMs / 1000}s ${problem.message}`
}

const deployment = (status: Record<string, unknown>, spec: Record<string, unknown> = {}) =>
  aLiveWorkload('Deployment', 'web', { spec, status })
const job = (...conditions: Record<string, string>[]) =>
  aLiveWorkload('Job', 'migrate', { status: { conditions } })
const unready = (app: Partial<NonNullable<Parameters<typeof aLivePod>[2]>['app']> = {}) =>
  aLivePod('web-1-a', 'web-1', { app: { ready: false, ...app } })
const waiting = (reason: string, message = '', more: Record<string, unknown> = {}) =>
  unready({ state: { waiting: { reason, message } }, ...more })
/** A Deployment whose only pod is this one. */
const of = (...pods: Pod[]) => ({ live: deployment({ replicas: 1, updatedReplicas: 1 }), pods })
const crashed = (restartCount: number, reason = 'Error', exitCode = 1) =>
  waiting('CrashLoopBackOff', 'back-off 10s', {
    restartCount,
    lastState: { terminated: { exitCode, reason } },
  })

describe('progress is counted as `kubectl rollout status` does', () => {
  const all = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 }
  const stateful = (status: Record<string, unknown>, spec: Record<string, unknown> = {}) =>
    aLiveWorkload('StatefulSet', 'db', { spec: { replicas: 2, ...spec }, status })
  const daemon = (status: Record<string, unknown>) => aLiveWorkload('DaemonSet', 'agent', { status })

  test.each<[string, Workload | Pod | undefined, string]>([
    ['what the cluster does not have yet', undefined, '0/1 Deployment web to be taken up'],
    ['a Deployment that is up', deployment(all, { replicas: 2 }), '2/2 '],
    [
      'a Deployment its controller has not seen',
      deployment({ ...all, observedGeneration: 0 }, { replicas: 2 }),
      '0/2 Deployment web: its controller to see it',
    ],
    [
      'a Deployment with too few new pods',
      deployment({ ...all, updatedReplicas: 1 }, { replicas: 2 }),
      '1/2 Deployment web: its new pods',
    ],
    [
      'a Deployment with old pods',
      deployment({ ...all, replicas: 3 }, { replicas: 2 }),
      '1/2 Deployment web: its old pods to go',
    ],
    [
      'a Deployment whose pods are not available',
      deployment({ ...all, availableReplicas: 0 }, { replicas: 2 }),
      '0/2 Deployment web: its pods to be available',
    ],
    ['a Deployment that is to have no pods', deployment({}, { replicas: 0 }), '0/0 '],
    [
      'a Deployment that is to have no pods, and still has one',
      deployment({ replicas: 1 }, { replicas: 0 }),
      '0/1 Deployment web: its old pods to go',
    ],
    [
      'a StatefulSet that is up',
      stateful({ readyReplicas: 2, updatedReplicas: 2, currentRevision: 'a', updateRevision: 'a' }),
      '2/2 ',
    ],
    [
      'a StatefulSet one of whose pods is ready',
      stateful({ readyReplicas: 1 }),
      '1/2 StatefulSet db: its pods to be ready',
    ],
    [
      'a StatefulSet that is being renewed',
      stateful({ readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' }),
      '1/2 StatefulSet db: its new pods',
    ],
    [
      'a StatefulSet that is renewed as far as it is to be',
      stateful(
        { readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
        { updateStrategy: { rollingUpdate: { partition: 1 } } },
      ),
      '2/2 ',
    ],
    [
      'a DaemonSet that is up',
      daemon({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }),
      '3/3 ',
    ],
    [
      'a DaemonSet that misses a node',
      daemon({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 }),
      '2/3 DaemonSet agent: its pods to be available',
    ],
    ['a Job that has completed', job({ type: 'Complete', status: 'True' }), '1/1 '],
    ['a Job that runs', job(), '0/1 Job migrate: its completion'],
    ['a Pod that is ready', aLivePod('solo', 'nobody'), '1/1 '],
    [
      'a Pod that has ended well',
      aLivePod('solo', 'nobody', { app: { ready: false }, phase: 'Succeeded' }),
      '1/1 ',
    ],
  ])('%s', (_, live, expected) => {
    const { ready, total, waitingFor, problems } = rollout({ ...(live === undefined ? {} : { live }) })
    expect(`${ready}/${total} ${waitingFor}`).toBe(expected)
    expect(problems).toEqual([])
  })

  test('all workloads of a service count', () => {
    const view = { pods: [], replicaSets: [], warnings: [] }
    const workloads = [
      {
        wanted: aWorkload('Deployment', 'web'),
        live: deployment({ ...all, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
      },
      { wanted: aWorkload('Job', 'migrate'), live: job() },
    ]
    expect(rolloutOf(workloads, view, 0)).toMatchObject({
      ready: 1,
      total: 2,
      waitingFor: 'Job migrate: its completion',
    })
  })

  test('a service without workloads is up', () => {
    expect(rolloutOf([], { pods: [], replicaSets: [], warnings: [] }, 0)).toMatchObject({
      ready: 0,
      total: 0,
    })
  })
})

describe('what is waited for is said in a few words', () => {
  test.each<[string, Pod, string, EventObject[]?]>([
    ['an image that comes', waiting('ContainerCreating'), 'web-1-a/app to be started'],
    ['a pod without a node', aLivePod('web-1-a', 'web-1', { conditions: [] }), 'pod web-1-a to be scheduled'],
    ['a probe that has not answered', unready(), 'web-1-a/app to be ready'],
    [
      'a probe that refuses',
      unready(),
      'web-1-a/app to be ready: Readiness probe failed: HTTP 503',
      [aWarning('web-1-a', 'Unhealthy', 'Readiness probe failed: HTTP 503\nbody')],
    ],
    [
      'an init container',
      aLivePod('web-1-a', 'web-1', {
        init: { state: { running: {} } },
        app: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
      }),
      'web-1-a/prepare to complete',
    ],
    ['a container that crashed once', crashed(0), 'web-1-a/app to be started again'],
  ])('%s', (_, pod, expected, warnings = []) => {
    expect(rollout({ ...of(pod), warnings })).toMatchObject({ waitingFor: expected, problems: [] })
  })
})

describe('R6: what will not get better by waiting', () => {
  test.each<[string, Situation, string]>([
    [
      'a crash that is one too many',
      { ...of(crashed(3)) },
      '0s web-1-a/app crashes: it was restarted 3 times, last after exit code 1',
    ],
    [
      'a first crash, when none is tolerated',
      { ...of(crashed(0)), restarts: 0 },
      '0s web-1-a/app crashes: it ended with exit code 1',
    ],
    [
      'lack of memory',
      { ...of(crashed(1, 'OOMKilled', 137)), restarts: 1 },
      '0s web-1-a/app crashes: it was restarted 1 time, last after exit code 137 (OOMKilled)',
    ],
    [
      'a container that has just crashed and is not restarted yet',
      { ...of(unready({ restartCount: 3, state: { terminated: { exitCode: 2 } } })) },
      '0s web-1-a/app crashes: it was restarted 3 times, last after exit code 2',
    ],
    [
      'an init container that fails',
      {
        ...of(
          aLivePod('web-1-a', 'web-1', {
            init: { restartCount: 4, state: { terminated: { exitCode: 3 } } },
            app: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
          }),
        ),
      },
      '0s web-1-a/prepare (init container) crashes: it was restarted 4 times, last after exit code 3',
    ],
    [
      'an image that was not loaded',
      of(
        waiting('ErrImageNeverPull', 'Container image "shop/web:1" is not present with pull policy of Never'),
      ),
      '0s web-1-a/app has no image: Container image "shop/web:1" is not present with pull policy of Never',
    ],
    [
      'an image that cannot be pulled',
      of(waiting('ErrImagePull', 'rpc error: code = Unknown desc = failed to resolve reference "x"')),
      '0s web-1-a/app has no image: failed to resolve reference "x"',
    ],
    [
      'an image that could not be pulled a while ago',
      {
        ...of(waiting('ImagePullBackOff', 'Back-off pulling image "x"')),
        warnings: [aWarning('web-1-a', 'Failed', 'Failed to pull image "x": no such host')],
      },
      '0s web-1-a/app has no image: Failed to pull image "x": no such host',
    ],
    [
      'a name that is none',
      of(waiting('InvalidImageName', "couldn't parse image reference")),
      "0s web-1-a/app has no image: couldn't parse image reference",
    ],
    [
      'a command that is not there',
      of(waiting('RunContainerError', 'exec: "serve": executable file not found in $PATH')),
      '0s web-1-a/app cannot be started: exec: "serve": executable file not found in $PATH',
    ],
    [
      'the same, when it is tried again later',
      of(
        waiting('CrashLoopBackOff', 'back-off', {
          lastState: { terminated: { exitCode: 128, reason: 'StartError', message: 'exec: not found' } },
        }),
      ),
      '0s web-1-a/app cannot be started: exec: not found',
    ],
    [
      'a Job that gave up',
      {
        live: job({ type: 'Failed', status: 'True', message: 'Job has reached the specified backoff limit' }),
        wanted: { backoffLimit: 0 },
        pods: [
          aLivePod('migrate-a', 'migrate', {
            app: { ready: false, state: { terminated: { exitCode: 1 } } },
            phase: 'Failed',
            restartPolicy: 'Never',
          }),
        ],
      },
      '0s Job migrate has failed: Job has reached the specified backoff limit (migrate-a/app: exit code 1)',
    ],
    [
      'a Pod that has ended badly',
      {
        live: aLivePod('solo', 'nobody', {
          app: { ready: false, state: { terminated: { exitCode: 5 } } },
          phase: 'Failed',
          restartPolicy: 'Never',
        }),
      },
      '0s Pod default/solo has failed (solo/app: exit code 5)',
    ],
    [
      'a Deployment that has given up',
      {
        live: deployment({
          conditions: [
            {
              type: 'Progressing',
              status: 'False',
              reason: 'ProgressDeadlineExceeded',
              message: 'timed out',
            },
          ],
        }),
      },
      '0s Deployment web makes no progress: timed out',
    ],
  ])('%s', (_, situation, expected) => {
    expect(problemOf(situation)).toBe(expected)
  })

  test('what killed a container for lack of memory is the hint', () => {
    expect(rollout({ ...of(crashed(3, 'OOMKilled', 137)) }).problems[0]?.hint).toContain(
      'resources.limits.memory',
    )
  })

  test('a Job tries as often as its manifest says, and otherwise as often as its service tolerates', () => {
    const failedPod = aLivePod('migrate-a', 'migrate', {
      app: { ready: false, state: { terminated: { exitCode: 1 } } },
      phase: 'Failed',
      restartPolicy: 'Never',
    })
    const situation = { live: job(), pods: [failedPod], restarts: 0 }
    expect(problemOf(situation)).toBe('0s Job migrate has failed once (migrate-a/app: exit code 1)')
    expect(problemOf({ ...situation, restarts: 1 })).toBeUndefined()
    expect(problemOf({ ...situation, wanted: { backoffLimit: 6 } })).toBeUndefined()
  })
})

describe('R6: what may still get better, for a while', () => {
  const unscheduled = (message: string) =>
    aLivePod('web-1-a', 'web-1', {
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    })

  test.each<[string, Situation, string]>([
    [
      'a pod that no node has room for',
      of(unscheduled('0/1 nodes are available: 1 Insufficient memory.')),
      '5s pod web-1-a cannot be scheduled: 0/1 nodes are available: 1 Insufficient memory.',
    ],
    [
      'a volume that is being made',
      of(unscheduled('pod has unbound immediate PersistentVolumeClaims.')),
      '30s pod web-1-a cannot be scheduled: pod has unbound immediate PersistentVolumeClaims.',
    ],
    [
      'a key that the ConfigMap lacks',
      of(waiting('CreateContainerConfigError', "couldn't find key url in ConfigMap default/settings")),
      "8s web-1-a/app cannot be configured: couldn't find key url in ConfigMap default/settings",
    ],
    [
      'a ConfigMap that is to be mounted',
      {
        ...of(waiting('ContainerCreating')),
        warnings: [
          aWarning(
            'web-1-a',
            'FailedMount',
            'MountVolume.SetUp failed for volume "s" : configmap "s" not found',
          ),
        ],
      },
      '8s pod web-1-a cannot mount a volume: MountVolume.SetUp failed for volume "s" : configmap "s" not found',
    ],
    [
      'a quota',
      {
        live: deployment({}),
        replicaSets: [
          aReplicaSet('web', {
            conditions: [
              {
                type: 'ReplicaFailure',
                status: 'True',
                message: 'pods "web-1-a" is forbidden: exceeded quota',
              },
            ],
          }),
        ],
      },
      '5s no pods can be made for Deployment web: pods "web-1-a" is forbidden: exceeded quota',
    ],
    [
      'a webhook that denies the pods of a StatefulSet',
      {
        live: aLiveWorkload('StatefulSet', 'db'),
        warnings: [aWarning('db', 'FailedCreate', 'admission webhook "a" denied the request: no')],
      },
      '5s no pods can be made for StatefulSet db: admission webhook "a" denied the request: no',
    ],
    [
      'R4: a webhook that does not serve yet',
      {
        live: aLiveWorkload('StatefulSet', 'db'),
        warnings: [
          aWarning('db', 'FailedCreate', 'Error creating: failed calling webhook "a": connection refused'),
        ],
      },
      '60s no pods can be made for StatefulSet db: failed calling webhook "a": connection refused',
    ],
  ])('%s', (_, situation, expected) => {
    expect(problemOf(situation)).toBe(expected)
  })

  test('what certainly fails comes before what may pass', () => {
    const pods = [unscheduled('no room'), { ...crashed(9), metadata: { ...crashed(9).metadata, uid: 'b' } }]
    const { problems } = rollout({ live: deployment({}, { replicas: 2 }), pods })
    expect(problems.map(({ patienceMs }) => patienceMs)).toEqual([0, 5_000])
  })
})

describe('what is no failure', () => {
  const stale = '2029-01-01T00:00:00Z'
  test.each<[string, Situation]>([
    [
      'a pod that was restarted often, and is ready',
      of(aLivePod('web-1-a', 'web-1', { app: { restartCount: 9 } })),
    ],
    [
      'a pod on its way out',
      of(aLivePod('web-1-a', 'web-1', { app: { ready: false, restartCount: 9 }, isGoing: true })),
    ],
    [
      'a pod of an older ReplicaSet',
      of(aLivePod('web-0-a', 'web-0', { app: { ready: false, restartCount: 9 } })),
    ],
    ['as many restarts as are tolerated', of(crashed(2))],
    [
      'a ConfigMap the kubelet has yet to read',
      of(waiting('CreateContainerConfigError', 'failed to sync configmap cache: timed out')),
    ],
    [
      'a failed mount of a pod that runs by now',
      { ...of(unready()), warnings: [aWarning('web-1-a', 'FailedMount', 'configmap "s" not found')] },
    ],
    [
      'a denial from before the last apply',
      {
        live: {
          ...aLiveWorkload('StatefulSet', 'db'),
          metadata: {
            ...aLiveWorkload('StatefulSet', 'db').metadata,
            managedFields: [{ manager: 'kindling', time: '2030-01-01T00:00:00Z' }],
          },
        },
        warnings: [aWarning('db', 'FailedCreate', 'denied', stale)],
      },
    ],
    [
      'a Deployment whose controller has not seen its last change',
      { live: deployment({ observedGeneration: 0 }), pods: [crashed(9)] },
    ],
  ])('%s', (_, situation) => {
    expect(problemOf(situation)).toBeUndefined()
  })
})
