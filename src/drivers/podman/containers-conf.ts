/** Limits of this process, as far as containers inherit them; `Infinity` for unlimited. */
export interface ProcessLimits {
  readonly openFiles: number
  readonly processes: number
}

/** Reads the hard limits from the text of `/proc/self/limits` (proc(5)). */
export function parseProcessLimits(text: string): ProcessLimits {
  const hard = (name: string): number => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(name)) ?? ''
    const [, value = 'unlimited'] = line.slice(name.length).trim().split(/\s+/)
    return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value)
  }
  return { openFiles: hard('Max open files'), processes: hard('Max processes') }
}

/**
 * A containers.conf under which containers start on hosts where the stock one fails: runc, which accepts cgroups in
 * hybrid mode; no systemd; and limits that a process without CAP_SYS_RESOURCE may set. Podman's own defaults
 * (1,048,576 files) lie above the limit of many CI containers, and the hard limit of processes itself is refused.
 */
export function containersConf(limits: ProcessLimits): string {
  const openFiles = Math.min(limits.openFiles, 20_000)
  const processes = Math.min(Math.floor(limits.processes / 2), 8_192)
  return `# Written by kindling for its own calls of podman; your configuration is not changed.
[containers]
default_ulimits = ["nofile=${openFiles}:${openFiles}", "nproc=${processes}:${processes}"]
pids_limit = 0

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`
}
