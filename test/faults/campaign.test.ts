import { expect, test } from 'vitest'
import { runCampaign, summarize } from './campaign.ts'

/** The first faults once; `npm run faults -- --runs 200` has more. */
const runs = Number(process.env.KINDLING_FAULT_RUNS ?? 6)
const seed = Number(process.env.KINDLING_FAULT_SEED ?? 1)
const only = process.env.KINDLING_FAULT_ONLY

test('C10, I9, M3: whatever goes wrong, nothing of ours is left, nothing of others is touched, and the next run works', async () => {
  const results = await runCampaign({
    runs,
    seed,
    ...(only === undefined ? {} : { only }),
    print: (line) => console.log(line),
  })
  for (const line of summarize(results)) console.log(line)
  expect(results).toHaveLength(runs)
  expect(results.flatMap(({ problems }) => problems)).toEqual([])
})
