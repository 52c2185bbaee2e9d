/** Shorter values would blank out ordinary words, and are no secrets. */
const shortestSecret = 4

/** Replaces known secrets by `***`; shared by everything that prints, and filled as secrets come to be known. */
export class Redactor {
  readonly #secrets = new Set<string>()
  /** So that a secret within another does not leave the rest of that one to be read. */
  #longestFirst: readonly string[] = []

  /** Makes a value secret from now on. Each line of a longer value is secret by itself, since output comes by line. */
  add(secret: string): void {
    for (const line of secret.split('\n')) {
      if (line.trim().length >= shortestSecret) this.#secrets.add(line.trim())
    }
    this.#longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length)
  }

  redact(text: string): string {
    let result = text
    for (const secret of this.#longestFirst) result = result.replaceAll(secret, '***')
    return result
  }
}
