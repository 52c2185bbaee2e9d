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
        t5["nodes:kind<br/>4.0s"]
      end
      subgraph p2["load"]
        t6["load:db<br/>1.0s"]
        t7["load:api<br/>~1.0s"]
        t8["load:web<br/>1.0s"]
      end
      subgraph p3["deploy"]
        t9["deploy:db<br/>0.5s"]
        t10["ready:db<br/>3.0s"]
        t11["deploy:api<br/>0.5s"]
        t12["ready:api<br/>3.0s"]
        t13["deploy:web<br/>0.5s"]
        t14["ready:web<br/>3.0s"]
      end
      t1 --> t2
      t1 --> t3
      t5 --> t6
      t0 --> t6
      t5 --> t7
      t2 --> t7
      t5 --> t8
      t3 --> t8
      t4 --> t9
      t6 --> t9
      t9 --> t10
      t7 --> t11
      t10 --> t11
      t11 --> t12
      t8 --> t13
      t12 --> t13
      t13 --> t14
      t3 -. "1m 33s after its start" .-> t4
      t4 -. "with its start" .-> t5
      classDef critical stroke:#d33,stroke-width:3px
      class t1,t3,t8,t13,t14 critical
      linkStyle 1,7,14,16 stroke:#d33,stroke-width:3px
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
