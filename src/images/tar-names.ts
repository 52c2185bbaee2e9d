/** Looks into tar files; rejects for what is no tar. */
export interface TarReader {
  members(tarFile: string): Promise<readonly string[]>
  read(tarFile: string, member: string): Promise<string>
}

interface DockerManifest {
  readonly RepoTags?: readonly string[] | null
}

interface OciIndex {
  readonly manifests?: readonly { readonly annotations?: Readonly<Record<string, string>> }[]
}

/** What names its images in an OCI archive: the full name, as containerd and buildx write it, or what podman writes. */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name']

/** The names of the images in a tar, in docker's or OCI's format. */
export async function namesInTar(
  file: string,
  tar: TarReader,
): Promise<{ readonly names: readonly string[] } | { readonly problem: string }> {
  try {
    const members = await tar.members(file)
    const find = (name: string) => members.find((member) => member.replace(/^\.\//, '') === name)
    const [docker, oci] = [find('manifest.json'), find('index.json')]
    const names = new Set<string>()
    if (docker !== undefined) {
      const images = JSON.parse(await tar.read(file, docker)) as readonly DockerManifest[]
      for (const { RepoTags } of images) for (const name of RepoTags ?? []) names.add(name)
    } else if (oci !== undefined) {
      const index = JSON.parse(await tar.read(file, oci)) as OciIndex
      for (const { annotations = {} } of index.manifests ?? []) {
        const name = nameAnnotations.map((key) => annotations[key]).find((value) => value !== undefined)
        if (name !== undefined) names.add(name)
      }
    } else {
      return { problem: 'it is no image: it has neither manifest.json nor index.json' }
    }
    return names.size === 0 ? { problem: 'the image in it has no name' } : { names: [...names] }
  } catch (error) {
    return { problem: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}
