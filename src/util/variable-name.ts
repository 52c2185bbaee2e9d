/** A name as part of the name of an environment variable: `api-gateway` is `API_GATEWAY`. */
export function variableName(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
}
