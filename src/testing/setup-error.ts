/** Why there is no environment for the tests. Runners print its stack, and so that is its message. */
export class SetupError extends Error {
  override readonly name = 'SetupError'

  constructor(message: string) {
    super(message)
    this.stack = message
  }
}
