/** An error that the client is told about; any other becomes a 500 without a reason. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(status, message, options) {
    super(message, options)
    this.status = status
  }
}
