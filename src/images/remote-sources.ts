import { Add, DockerfileParser } from 'dockerfile-ast'

/** A file or repository that a build fetches by itself. */
export interface RemoteSource {
  readonly url: string
  /** From 1. */
  readonly line: number
}

/**
 * What a Dockerfile's `ADD` fetches without naming its checksum: it may have other content by now, which nothing on
 * this machine shows.
 */
export function remoteSources(text: string): readonly RemoteSource[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .filter((instruction) => instruction instanceof Add)
    .filter((add) => !add.getFlags().some((flag) => flag.getName() === 'checksum'))
    .flatMap((add) =>
      add.getArguments().flatMap((argument) => {
        const url = argument.getValue().replaceAll(/[[\]",]/g, '')
        return isRemote(url) ? [{ url, line: argument.getRange().start.line + 1 }] : []
      }),
    )
}

/** The forms of the Dockerfile reference: a URL of a file or a git repository, and git's own short one. */
function isRemote(source: string): boolean {
  return /^(?:https?|git|ssh):\/\//i.test(source) || /^git@[^:]+:/.test(source)
}
