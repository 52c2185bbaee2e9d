/** What is known about a reason for which containers do not start. */
export interface ProbeAdvice {
  /** The cause in a sentence. */
  readonly cause: string
  /** What a person can do about it. */
  readonly cure: string
}

const known: readonly { readonly pattern: RegExp; readonly advice: ProbeAdvice }[] = [
  {
    pattern: /cgroups? in hybrid mode/i,
    advice: {
      cause:
        'the OCI runtime crun refuses this host, whose cgroups are in hybrid mode (v1 and v2 side by side)',
      cure: 'install runc (Debian: apt-get install runc) and set runtime = "runc" in containers.conf, or boot with systemd.unified_cgroup_hierarchy=1',
    },
  },
  {
    pattern: /setting rlimits?|rlimit type/i,
    advice: {
      cause:
        'the containers ask for higher limits of open files or processes than this session may grant (no CAP_SYS_RESOURCE)',
      cure: 'set default_ulimits in containers.conf to at most the limits that `ulimit -Hn` and `ulimit -Hu` print',
    },
  },
  {
    pattern:
      /systemd.*(?:cgroup|dbus|bus)|dbus: couldn't determine address|System has not been booted with systemd/i,
    advice: {
      cause: 'podman wants systemd to manage cgroups, and systemd does not run here',
      cure: 'set cgroup_manager = "cgroupfs" in containers.conf',
    },
  },
  {
    pattern: /executable file `?"?runc"?`? not found|runc.*no such file|default OCI runtime.*not found/i,
    advice: { cause: 'no OCI runtime is installed', cure: 'install runc (Debian: apt-get install runc)' },
  },
  {
    pattern: /newuidmap|subuid|no subuid ranges/i,
    advice: {
      cause: 'this user has no range of sub-uids, which containers without root need',
      cure: 'install uidmap and give the user a range: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$USER"',
    },
  },
  {
    pattern: /no space left on device/i,
    advice: {
      cause: 'the disk that holds the images is full',
      cure: 'make room: `podman system df` shows what takes it',
    },
  },
]

/** Recognises the reason in podman's own words. */
export function adviseOnProbe(output: string): ProbeAdvice {
  return (
    known.find(({ pattern }) => pattern.test(output))?.advice ?? {
      cause: output.trim().split('\n').at(-1) || 'podman did not say why',
      cure: 'run `podman run --rm <any image> true` and follow what it says',
    }
  )
}
