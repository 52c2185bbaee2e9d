/** A service of a compose file, as far as it can be told in manifests. Texts have their variables filled in. */
export interface ComposeService {
  readonly name: string
  /** Absent when it is built and nobody names what comes of it. */
  readonly image?: string
  readonly isBuilt: boolean
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** TCP ports it listens on; those with `isPublished` are reached from the host. */
  readonly ports: readonly { readonly port: number; readonly isPublished: boolean }[]
  readonly needs: readonly string[]
  /** A command that says whether it is ready. */
  readonly healthcheck?: readonly string[]
  /** Files of the repository, and where the container has them. */
  readonly files: readonly { readonly path: string; readonly target: string }[]
  /** Where the container has volumes of its own. */
  readonly volumes: readonly string[]
  /** Whether others wait for its end. */
  readonly isJob: boolean
  readonly workingDirectory?: string
  readonly user?: string
}
