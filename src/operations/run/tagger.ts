import { userInfo } from 'node:os'
import { gitFacts } from '../../drivers/git.ts'
import type { Exec } from '../../exec/exec.ts'
import { newTagSuffix, uniqueTag } from '../../images/tag.ts'
import type { Host } from '../host.ts'

/** Makes the tags of a run: all its images share the commit, the moment and the suffix. */
export async function tagger(exec: Exec, root: string, host: Host): Promise<(image: string) => string> {
  const suffix = newTagSuffix()
  const epochMs = host.clock.epochMs()
  const facts = await gitFacts(exec, root)
  const user = host.env.USER || host.env.LOGNAME || userInfo().username
  return (service) => uniqueTag({ service, user, ...facts, epochMs, suffix })
}
