/** Makes a `switch` exhaustive: a new member of the union does not compile until every switch handles it. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: unexpected value ${JSON.stringify(value)}`)
}
