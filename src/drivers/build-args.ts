import type { BuildRequest } from './container-engine.ts'

/** What docker and podman are told of a build in the same words. */
export function buildArgs({ target, isFresh, platform, args }: BuildRequest): string[] {
  return [
    ...(target === undefined ? [] : ['--target', target]),
    ...(isFresh === true ? ['--no-cache'] : []),
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  ]
}
