import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { WaitSpec } from './config.ts'
import { type Conversion, wordsOf } from './draft.ts'
import type { ReadyV1Alpha1 } from './v1alpha1-ready.ts'

/** One condition of a service's readiness. */
export function convertReady(ready: ReadyV1Alpha1, path: YamlPath, context: Conversion): WaitSpec {
  if (ready === 'rollout') return { kind: 'rollout' }
  if ('exec' in ready) return { kind: 'exec', command: wordsOf(context, [...path, 'exec'], ready.exec) }
  if ('http' in ready) return { kind: 'http', ...ready.http }
  return { kind: 'tcp', ...ready.tcp }
}
