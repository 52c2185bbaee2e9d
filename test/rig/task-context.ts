import type { TaskContext, Undo } from '../../src/engine/task-context.ts'

/** A task's view of an engine that only remembers what it was told. */
export class RecordingContext implements TaskContext {
  readonly #abort = new AbortController()
  readonly attempt = 1
  readonly told: string[] = []
  readonly undos: Undo[] = []

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Ends the task from outside, as a timeout or an interrupt does. */
  abort(reason: unknown): void {
    this.#abort.abort(reason)
  }

  output = (stream: string, line: string): void => {
    this.told.push(`${stream} ${line}`)
  }

  progress = (text: string, done?: number, total?: number, unit?: 'bytes'): void => {
    const amount = done === undefined ? [] : [`${done}/${total ?? '?'}`]
    this.told.push([text, ...amount, unit ?? ''].filter(Boolean).join(' '))
  }

  warn = (text: string): void => {
    this.told.push(`warning ${text}`)
  }

  resourceCreated = (kind: string, name: string): void => {
    this.told.push(`created ${kind} ${name}`)
  }

  defer = (undo: Undo): void => {
    this.undos.push(undo)
  }
}
