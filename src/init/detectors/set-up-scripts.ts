import type { Detector } from '../detector.ts'
import type { SetUpFinding } from '../findings.ts'
import { isScript, scriptLines } from '../scripts.ts'

const engine = String.raw`(?:docker|podman|nerdctl|buildah|\$[({]?\w*(?:DOCKER|PODMAN|CONTAINER|ENGINE|RUNTIME)\w*[)}]?)`

/** Commands by which scripts do what an environment is for, one of each kind told per line. */
const commands: readonly (readonly [RegExp, SetUpFinding['does']])[] = [
  [/\b(?:kind|k3d|minikube)\s+(?:load|image\s+(?:load|import))\b/, 'load'],
  [/\b(?:kind\s+create\s+cluster|k3d\s+cluster\s+create|minikube\s+start)\b/, 'cluster'],
  [/(?:\b(?:kubectl|oc)|\$[({]?KUBECTL[)}]?)\s(?:[^;&|]*\s)?(?:apply|replace|create\s+-f)\b/, 'apply'],
  [/\bhelm\b[^;&|]*\s(?:install|upgrade)\s/, 'apply'],
  [
    /\b(?:docker|podman)(?:\s+compose|-compose)\b[^;&|]*\sup\b|\bpodman\s+(?:play|kube)\s+(?:kube|play)\b/,
    'apply',
  ],
  [new RegExp(`${engine}\\s+(?:(?:image|buildx)\\s+)?(?:build|bud)\\s`), 'build'],
]

/** The same from programs, by how they name what they start. */
const calls: readonly (readonly [RegExp, SetUpFinding['does']])[] = [
  [/["'](?:kind|k3d)["'],\s*["']load["']/, 'load'],
  [/["']kind["'],\s*["']create["']|cluster\.NewProvider\(/, 'cluster'],
  [/["']kubectl["'],\s*["'](?:apply|create)["']/, 'apply'],
  [/["'](?:docker|podman)["'],\s*["']build["']/, 'build'],
]

/** Scripts, Makefiles and set-up code of tests that build, load and apply by themselves. */
export const setUpScripts: Detector = {
  name: 'set-up of its own',
  isFor: (path) => isScript(path) || isTestCode(path),
  detect: (path, text) => {
    const lines = isScript(path)
      ? scriptLines(path, text)
      : text.split('\n').map((line, index) => ({ line: index + 1, text: line }))
    const patterns = isScript(path) ? commands : calls
    return lines.flatMap(({ line, text: command }) => {
      const does = patterns.find(([pattern]) => pattern.test(command))?.[1]
      return does === undefined || /(?:^|[\s/;&|])kindling(?:\.js)?\s/.test(command)
        ? []
        : [{ kind: 'set-up', path, line, does, text: command.trim() }]
    })
  },
}

function isTestCode(path: string): boolean {
  return /(?:^|\/)(?:e2e|tests?|integration|acceptance|testutil\w*|infrastructure)\/.*\.(?:go|py|ts|m?js)$/.test(
    path,
  )
}
