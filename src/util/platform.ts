/** What images are for, as `os/architecture` or `os/architecture/variant`. */
export const platformPattern: RegExp = /^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/

/** Node's words for architectures that the OCI specifications call otherwise. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }

/** What containers on this machine are of: Linux, on whatever system. */
export const machinePlatform: string = `linux/${architectures[process.arch] ?? process.arch}`

/** Whether two platforms are the same, a variant that only one of them names left out of account. */
export function isSamePlatform(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
}

/** Of several platforms, the one to run on this machine: its own, otherwise the first. */
export function localPlatform(platforms: readonly string[]): string | undefined {
  return platforms.find((platform) => isSamePlatform(platform, machinePlatform)) ?? platforms[0]
}

/** An image, or its part for one platform, by one name: `gateway`, `gateway@linux/arm64`. */
export function platformName(image: string, platform?: string): string {
  return platform === undefined ? image : `${image}@${platform}`
}
