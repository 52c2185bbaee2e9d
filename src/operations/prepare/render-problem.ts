import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { RenderedSource } from '../../config/manifest-source.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { formatCommand } from '../../exec/command.ts'
import type { CommandError } from '../../exec/command-error.ts'

/** Lines of a tool's error output that a message quotes; the cause stands at the end. */
const quotedLines = 10

/** As people would name it: in the words of the configuration. */
export function nameOf(source: RenderedSource, root: string): string {
  switch (source.kind) {
    case 'kustomize':
      return relative(root, source.directory) || '.'
    case 'helm':
      return source.chart
    case 'command':
      return `\`${shown(source.command)}\``
  }
}

function shown([program = '', ...args]: readonly string[]): string {
  return formatCommand({ program, args })
}

/** Why a source gave no manifests, in the words of its program, and what to do about it. */
export function renderProblem(
  source: RenderedSource,
  root: string,
  error: CommandError,
): Pick<Diagnostic, 'code' | 'message' | 'hint'> {
  if (error.reason === 'spawn') {
    return { code: 'E_MANIFEST_TOOL', ...missingTool(source, error) }
  }
  return {
    code: 'E_MANIFEST_RENDER',
    message: `${nameOf(source, root)} ${source.kind === 'command' ? 'failed' : 'cannot be rendered'}: ${wordsOf(error)}`,
    hint: hintFor(source, root, error),
  }
}

function missingTool(source: RenderedSource, error: CommandError): Pick<Diagnostic, 'message' | 'hint'> {
  switch (source.kind) {
    case 'kustomize':
      return {
        message: 'there is neither `kustomize` nor `kubectl` on the PATH to render it with',
        hint: 'install one of them: https://kubectl.docs.kubernetes.io/installation/kustomize/',
      }
    case 'helm':
      return {
        message: 'there is no `helm` on the PATH to render it with',
        hint: 'install it: https://helm.sh/docs/intro/install/',
      }
    case 'command':
      return {
        message: error.message,
        hint: "programs are looked for on the PATH, or relative to this file's directory with `./`",
      }
  }
}

/** Some builds of kubectl write their errors as a line of a log. */
const kubectlLog = /^E\d{4} .*? err="(.*)"$/

/** The end of what the tool says about it, in lines below the first when it says more than one. */
function wordsOf({ stderr, message, reason }: CommandError): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trimEnd().replace(kubectlLog, '$1'))
    .filter((line) => line !== '' && !line.startsWith('Use --debug flag'))
    .slice(-quotedLines)
  const [first, ...others] = lines
  if (first === undefined) return message
  const only = first.replace(/^error: /i, '')
  if (reason === 'exit' && others.length === 0) return only
  return [message, ...(others.length === 0 ? [only] : lines)].join('\n    ')
}

function hintFor(source: RenderedSource, root: string, error: CommandError): string {
  if (source.kind === 'kustomize' && !isKustomization(source.directory)) {
    return 'a kustomization is a directory with a `kustomization.yaml`'
  }
  if (source.kind === 'helm') {
    if (/missing in charts\/ directory/.test(error.stderr)) {
      return `fetch the charts it depends on: \`helm dependency build ${source.chart}\``
    }
    const isRemote = source.repo !== undefined || source.chart.includes('://')
    if (!isRemote && !existsSync(resolve(root, source.chart))) {
      return `there is no ${resolve(root, source.chart)}; a chart from a repository needs \`repo\` or \`helm repo add\``
    }
  }
  return `to see all of it: \`${error.where}\``
}

function isKustomization(directory: string): boolean {
  const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
  return names.some((name) => existsSync(join(directory, name)))
}
