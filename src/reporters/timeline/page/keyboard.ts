import type { Gantt } from './gantt.ts'
import type { Selection } from './selection.ts'

interface Toolbar {
  readonly find: HTMLInputElement
  readonly critical: HTMLInputElement
}

/** What each key does, wherever the focus is, but in a field for text. */
export function installKeyboard(gantt: Gantt, selection: Selection, { find, critical }: Toolbar): void {
  const actions: Readonly<Record<string, () => void>> = {
    '+': () => gantt.zoom.by(1.5),
    '=': () => gantt.zoom.by(1.5),
    '-': () => gantt.zoom.by(1 / 1.5),
    '0': () => gantt.zoom.to(1),
    ArrowLeft: () => gantt.zoom.pan(-0.2),
    ArrowRight: () => gantt.zoom.pan(0.2),
    '/': () => find.focus(),
    c: () => critical.click(),
    Escape: () => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      selection.focus(undefined)
    },
  }
  // Elsewhere these scroll the page.
  const onTask: Readonly<Record<string, () => void>> = {
    ArrowUp: () => gantt.step(-1),
    ArrowDown: () => gantt.step(1),
    PageUp: () => gantt.step(-20),
    PageDown: () => gantt.step(20),
    Home: () => gantt.step(-Number.MAX_SAFE_INTEGER),
    End: () => gantt.step(Number.MAX_SAFE_INTEGER),
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { target, key } = event
    if (target instanceof HTMLInputElement && target.type !== 'checkbox') {
      if (key === 'Escape') target.blur()
      return
    }
    const isOnTask = target instanceof HTMLElement && target.classList.contains('bar')
    const action = actions[key] ?? (isOnTask ? onTask[key] : undefined)
    if (action === undefined) return
    event.preventDefault()
    action()
  })
}
