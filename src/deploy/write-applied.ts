import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { withoutSecrets } from '../util/without-secrets.ts'

/**
 * Writes what was applied of a service into `manifests/<service>.yaml` of a directory, for people to look at: private,
 * and without the values of Secrets.
 */
export function writeApplied(directory: string, service: string, objects: readonly KubernetesObject[]): void {
  const folder = join(directory, 'manifests')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${service}.yaml`)
  const documents = objects.map((object) =>
    // As the API server reads it: `yes` is a text only in quotes.
    stringify(withoutSecrets(object), { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 }),
  )
  writeFileSync(file, documents.join('---\n'), { mode: 0o600 })
  // The mode above is for a file that was not there.
  chmodSync(file, 0o600)
}
