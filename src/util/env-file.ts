/** What every reader of such files takes as it stands. */
const plainValue = /^[A-Za-z0-9_@%+=:,./-]*$/
/** What one of the readers takes for something else, even between single quotes. */
const neverQuoted = /['\r\0]|\\\\|\\$/
/** What one of them takes for something else between double quotes. */
const neverDoublyQuoted = /["\\$`\r\0]/

/**
 * Variables as lines that shells read with `.` and programs with a parser of `.env` files, both with the same result.
 * The two have no way in common to write a value with a single quote beside `"`, `$`, a backtick or a backslash, and a
 * few others; instead of such a variable there is a comment that says so.
 */
export function formatEnvFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      const quoted = quoteValue(value)
      return quoted === undefined
        ? `# ${name} is only in env.json: shells and .env parsers would disagree about it\n`
        : `${name}=${quoted}\n`
    })
    .join('')
}

function quoteValue(value: string): string | undefined {
  if (plainValue.test(value)) return value
  if (!neverQuoted.test(value)) return `'${value}'`
  return neverDoublyQuoted.test(value) ? undefined : `"${value}"`
}
