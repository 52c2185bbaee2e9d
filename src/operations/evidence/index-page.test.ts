import { expect, test } from 'vitest'
import { failedRun } from '../../../test/rig/sample-run.ts'
import { replay } from '../../engine/records.ts'
import type { Finding } from './collect.ts'
import { indexPage } from './index-page.ts'

const findings: readonly Finding[] = [
  { title: 'logs of containers', files: ['containers/web/web/app.log'], notes: [] },
  {
    title: 'nodes',
    files: [],
    notes: ['node a is not running: the engine says exited'],
    problem: 'podman exited with code 125: no such container',
  },
  { title: 'machine', files: ['machine.txt'], notes: [] },
]

async function page(of: readonly Finding[] = findings): Promise<string> {
  return indexPage({
    record: replay(await failedRun()),
    findings: of,
    evidenceDirectory: 'evidence',
    linksOf: (task) => [`logs/${task.replace(':', '-')}.log`],
    outputOf: () => 'STEP 5/9\n```\nthe end',
    files: ['events.ndjson', 'logs/'],
  })
}

/** The lines up to the time table, which is the summary's. */
const beginning = (text: string) => text.slice(0, text.indexOf('## Where the time went'))

test('E2: what went wrong comes first, then what was seen, then what followed from it', async () => {
  expect(beginning(await page())).toMatchInlineSnapshot(`
    "# up gateway: failed

    Run \`7f3a\`, started 2030-01-01T00:00:00.000Z, 1m 49s long.

    ## What went wrong

    ### 1. \`build:gateway\` failed after 1m 05s

    podman exited with code 2 (\`E_BUILD_FAILED\`)

    - at \`podman build --file docker/gateway.Dockerfile .\`
    - what to do: build it alone with: kindling build gateway
    - look at [logs/build-gateway.log](logs/build-gateway.log)

    The end of its output:

    \`\`\`\`text
    STEP 5/9
    \`\`\`
    the end
    \`\`\`\`

    ## What was seen besides

    - node a is not running: the engine says exited

    ## What followed from it

    - blocked by \`build:gateway\`: \`load:gateway\`, \`ready:gateway\`
    - could not be undone: \`cluster:create\`: network shop-7f3a is in use

    "
  `)
})

test('what there is can be followed, and what could not be had is said', async () => {
  const text = await page()
  expect(text.slice(text.indexOf('## What could not'))).toMatchInlineSnapshot(`
    "## What could not be gathered

    - nodes: podman exited with code 125: no such container

    ## What there is

    - of the run: [events.ndjson](events.ndjson), [logs/](logs/)
    - logs of containers: [containers/web/web/app.log](evidence/containers/web/web/app.log)
    - nodes: nothing
    - machine: [machine.txt](evidence/machine.txt)
    "
  `)
})

test('there is a page as well when nothing could be gathered', async () => {
  const text = await page([])
  expect(text).toMatch(/^# up gateway: failed\n/)
  expect(text).not.toContain('## What was seen')
  expect(text).not.toContain('## What could not')
})

test('of a run that was cut short it says what was running', async () => {
  const events = await failedRun()
  const first = events.findIndex(({ type }) => type === 'task-started')
  const text = indexPage({
    record: replay(events.slice(0, first + 1)),
    findings: [],
    evidenceDirectory: 'evidence',
    linksOf: () => [],
    outputOf: () => '',
    files: ['events.ndjson'],
  })
  expect(text).toMatch(/^# up gateway: not finished\n/)
  expect(text).toMatch(/## What was running\n\n- `\S+`/)
})
