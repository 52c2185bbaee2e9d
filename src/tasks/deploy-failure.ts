import { relative } from 'node:path'
import type { Config } from '../config/config.ts'
import { KubernetesError } from '../drivers/kubernetes/kubernetes-error.ts'
import { CommandError } from '../exec/command-error.ts'
import type { DriverError, WordedFailure } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Why the objects of a service are not as they should be: who refused which of them, where that stands, what to do. */
export function describeDeployFailure(
  service: string,
  error: DriverError,
  { config, placeOf }: Pick<RunScope, 'placeOf'> & { readonly config: Pick<Config, 'root'> },
): WordedFailure {
  const code = 'E_DEPLOY_FAILED'
  const message = `${service} could not be deployed`
  if (error instanceof CommandError && /address already in use/i.test(error.stderr)) {
    const hint =
      'a program has taken the port since it was reserved: stop it, or let kindling choose another port'
    return { code, message, hint }
  }
  if (!(error instanceof KubernetesError)) return { code, message }
  const [cause, ...others] = error.serverMessage.split('\n')
  const place = error.object === undefined ? undefined : placeOf?.(error.object)
  const at = place === undefined ? '' : `${relative(config.root, place.file)}:${place.start.line}, `
  const hint = hintFor(error)
  return {
    code,
    message: `${message}: ${cause}`,
    where: `${at}${error.action}`,
    detail: others.join('\n'),
    ...(hint === undefined ? {} : { hint }),
  }
}

function hintFor({ status, reason, serverMessage }: KubernetesError): string | undefined {
  if (/denied the request/.test(serverMessage))
    return 'a webhook in the cluster forbids it: change the object, or what the webhook asks for'
  if (/failed (?:calling|to call) webhook/i.test(serverMessage))
    return 'let the service that serves the webhook come first with `needs`, and be `ready` when it answers'
  if (reason === 'NoSuchKind')
    return 'add its CustomResourceDefinition to the manifests, or let the service that brings it come first with `needs`'
  if (status === 422 || status === 400) return 'correct the manifest'
  if (status === 403) return 'a quota or a policy of the cluster forbids it'
  return undefined
}
