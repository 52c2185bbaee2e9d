/** A value that there is once in this process, however often runners load a module, and whoever asks first. */
export function ofProcess<T>(name: string, make: () => T): T {
  const symbol = Symbol.for(name)
  const known = globalThis as { [key: symbol]: unknown }
  known[symbol] ??= make()
  return known[symbol] as T
}
