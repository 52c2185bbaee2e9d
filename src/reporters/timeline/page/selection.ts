/** Which task is looked at: the one below the pointer, or else the one that has the focus. By its place in the run. */
export class Selection {
  #hovered: number | undefined
  #focused: number | undefined
  readonly #listeners: ((task: number | undefined) => void)[] = []

  /** Calls back whenever another task is looked at. */
  onChange(listener: (task: number | undefined) => void): void {
    this.#listeners.push(listener)
  }

  hover(task: number | undefined): void {
    this.#hovered = task
    this.#tell()
  }

  /** Stays until another one has the focus, or none is wanted. */
  focus(task: number | undefined): void {
    this.#focused = task
    this.#tell()
  }

  #tell(): void {
    const task = this.#hovered ?? this.#focused
    for (const listener of this.#listeners) listener(task)
  }
}
