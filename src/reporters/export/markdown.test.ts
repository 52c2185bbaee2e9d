import { expect, test } from 'vitest'
import { failedRun } from '../../../test/rig/sample-run.ts'
import { markdownReport } from './markdown.ts'

test('E2: what failed, then where the time went', async () => {
  expect(markdownReport(await failedRun())).toMatchInlineSnapshot(`
    "## kindling up gateway: failed

    1m 49s, 6 tasks, strategy hybrid, run \`7f3a\`

    ### Failures

    \`\`\`text
    1 task failed
      ✗ build:gateway  podman exited with code 2 (E_BUILD_FAILED)
          at podman build --file docker/gateway.Dockerfile .
          hint: build it alone with: kindling build gateway
      blocked by build:gateway: load:gateway, ready:gateway
    1 action could not be undone
      ✗ cluster:create  network shop-7f3a is in use
    \`\`\`

    ### Where the time went

    | phase | start | end | duration |
    | --- | ---: | ---: | ---: |
    | cluster | 0.0s | 38.0s | 38.0s |
    | build | 0.0s | 1m 47s | 1m 47s |
    | load | 42.0s | 50.0s | 8.0s |

    The cluster was idle for 4.0s (4%).

    ### Critical path

    | task | start | waited | duration | share |
    | --- | ---: | ---: | ---: | ---: |
    | \`build:base\` | 0.0s |  | 42.0s | 39% |
    | \`build:gateway\` | 42.0s |  | 1m 05s | 60% |

    ### Tasks

    | task | outcome | start | duration |
    | --- | ---: | ---: | ---: |
    | \`build:gateway\` | failed | 42.0s | 1m 05s |
    | \`build:base\` | succeeded | 0.0s | 42.0s |
    | \`cluster:create\` | succeeded | 0.0s | 38.0s |
    | \`load:base\` | succeeded | 42.0s | 8.0s |
    "
  `)
})

test('nothing a tool says ends a table or a block', async () => {
  const events = (await failedRun()).map((event) =>
    event.type === 'task-finished' && event.failure !== undefined
      ? { ...event, failure: { ...event.failure, message: 'a ``` b', hint: 'c | d' } }
      : event,
  )
  expect(markdownReport(events)).toContain('````text\n')
})

test('a run that was killed is told as far as it went', async () => {
  const events = (await failedRun()).filter(({ at }) => at < 43_000)
  expect(markdownReport(events)).toContain('## kindling up gateway: did not finish')
})
