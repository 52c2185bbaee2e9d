/** An environment variable; without a fallback it must be set. */
export function setting(name, fallback) {
  const value = process.env[name] ?? fallback
  if (value === undefined) throw new Error(`the environment variable ${name} must be set`)
  return value
}

/** An environment variable that is a whole number above 0. */
export function numberSetting(name, fallback) {
  const value = Number(setting(name, fallback))
  if (!Number.isInteger(value) || value <= 0)
    throw new Error(`the environment variable ${name} must be a number`)
  return value
}
