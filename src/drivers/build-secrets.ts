import type { BuildRequest } from './container-engine.ts'

/** The options for a build's secrets, which podman and BuildKit understand alike. */
export function secretArgs(secrets: BuildRequest['secrets']): string[] {
  return [...(secrets ?? [])].flatMap(([id, secret]) => {
    const source = secret.kind === 'env' ? `type=env,src=${secret.variable}` : `type=file,src=${secret.file}`
    return ['--secret', `id=${id},${source}`]
  })
}
