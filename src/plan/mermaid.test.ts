import { expect, test } from 'vitest'
import { shopDurations, shopPlan } from '../../test/rig/sample-plan.ts'
import { startClusterInTime } from './cluster-start.ts'
import { mermaidOf } from './mermaid.ts'
import { predict } from './prediction.ts'

test('a plan is a flowchart with phases as subgraphs, its critical path marked, lags dotted', async () => {
  const durations = { ...shopDurations, 'build:web': 200_000, 'load:api': 0 }
  const plan = await startClusterInTime(shopPlan({ durations }))
  expect(mermaidOf(plan, await predict(plan))).toMatchInlineSnapshot(`
    "flowchart LR
      subgraph p0["build"]
        t0["pull:db<br/>5.0s"]
        t1["build:base<br/>20.0s"]
        t2["build:api<br/>30.0s"]
        t3["build:web<br/>3m 20s"]
      end
      subgraph p1["cluster"]
        t4["cluster:kind<br/>40.0s"]
      end
      subgraph p2["load"]
        t5["load:db<br/>1.0s"]
        t6["load:api<br/>~1.0s"]
        t7["load:web<br/>1.0s"]
      end
      subgraph p3["deploy"]
        t8["deploy:db<br/>0.5s"]
        t9["ready:db<br/>3.0s"]
        t10["deploy:api<br/>0.5s"]
        t11["ready:api<br/>3.0s"]
        t12["deploy:web<br/>0.5s"]
        t13["ready:web<br/>3.0s"]
      end
      t1 --> t2
      t1 --> t3
      t4 --> t5
      t0 --> t5
      t4 --> t6
      t2 --> t6
      t4 --> t7
      t3 --> t7
      t5 --> t8
      t8 --> t9
      t6 --> t10
      t9 --> t10
      t10 --> t11
      t7 --> t12
      t11 --> t12
      t12 --> t13
      t3 -. "1m 32s after its start" .-> t4
      classDef critical stroke:#d33,stroke-width:3px
      class t1,t3,t7,t12,t13 critical
      linkStyle 1,7,13,15 stroke:#d33,stroke-width:3px
    "
  `)
})

test('names of tasks are labels only, whatever is in them', async () => {
  const plan = shopPlan()
  const odd = {
    ...plan,
    tasks: plan.tasks.slice(0, 1).map((task) => ({ ...task, id: 'build:a"]<b>#2@linux/arm64' })),
  }
  const text = mermaidOf(odd, await predict(odd))
  expect(text).toContain('t0["build:a#quot;]#lt;b#gt;#35;2@linux/arm64<br/>~')
  expect(text).not.toContain('linkStyle')
})
