import { expect, test } from 'vitest'
import { failedRun } from '../../test/rig/sample-run.ts'
import { endReport } from './end-report.ts'
import { stepSummary } from './step-summary.ts'

test('a failed run: how it ended, what failed with its words, and where the time went', async () => {
  expect(stepSummary(await failedRun())).toMatchInlineSnapshot(`
    "### ❌ kindling up gateway: the environment failed in 1m 49s

    **build:gateway**: podman exited with code 2 (\`E_BUILD_FAILED\`)

    at \`podman build --file docker/gateway.Dockerfile .\`

    hint: build it alone with: kindling build gateway

    \`\`\`text
    STEP 5/9: RUN npm run build
    src/server.ts:12:7 - error TS2304: Cannot find name "Foo"
    \`\`\`

    Phases: cluster 38.0s, build 1m 47s, load 8.0s; critical path 1m 47s of 1m 49s, its tasks in bold.

    <details><summary>6 tasks</summary>

    | task | outcome | start | duration |
    | --- | --- | --- | --- |
    | cluster:create | ✅ succeeded | 0.0s | 38.0s |
    | **build:base** | ✅ succeeded | 0.0s | 42.0s |
    | **build:gateway** | ❌ failed | 42.0s | 1m 05s |
    | load:base | ✅ succeeded, 2 attempts | 42.0s | 8.0s |
    | load:gateway | 🚫 blocked |  |  |
    | ready:gateway | 🚫 blocked |  |  |

    </details>

    "
  `)
})

test('text of tools is no Markdown', async () => {
  const text = stepSummary([
    {
      ...{ type: 'task-finished', at: 1, task: 'build:a', outcome: 'failed', durationMs: 1 },
      failure: { code: 'E_X', message: 'a | **b** <img src=x>', detail: '```\n</details>' },
    },
  ])
  expect(text).toContain('a \\| \\*\\*b\\*\\* &lt;img src=x&gt; (`E_X`)')
  expect(text).toContain('````text\n```\n</details>\n````')
})

test('made as the run goes on, with little of the output kept, it is the same', async () => {
  const events = await failedRun()
  let written = ''
  const reporter = endReport('step summary', stepSummary, (text) => {
    written += text
  })
  for (const event of events) reporter.onEvent(event)
  await reporter.close?.()
  expect(written).toBe(stepSummary(events))
})
