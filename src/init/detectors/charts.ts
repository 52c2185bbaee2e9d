import type { Detector } from '../detector.ts'
import { baseName, directoryOf } from '../paths.ts'
import { mappingsIn, textAt } from '../yaml-values.ts'

/** Helm charts of the repository itself: not those that others bring along, nor libraries. */
export const charts: Detector = {
  name: 'Helm charts',
  isFor: (path) => baseName(path) === 'Chart.yaml',
  detect: (path, text, { files, has }) => {
    const [value] = mappingsIn(text)
    const directory = directoryOf(path)
    const isPart = /^(.*)\/charts\/[^/]+$/.exec(directory)?.[1]
    if (value === undefined || textAt(value, 'type') === 'library') return []
    if (isPart !== undefined && has(`${isPart}/Chart.yaml`)) return []
    const own = directory === '.' ? '' : `${directory}/`
    const values = files.filter(
      (file) =>
        file.startsWith(own) && /^(?:ci\/)?[\w-]*values[.-][\w.-]+\.ya?ml$/.test(file.slice(own.length)),
    )
    const name = textAt(value, 'name') ?? baseName(directory)
    return [{ kind: 'chart', path, directory, name, values }]
  },
}
