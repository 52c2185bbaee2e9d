import { expect, test } from 'vitest'
import { adviseOnProbe } from './probe-advice.ts'

test.each([
  ['crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2', 'hybrid'],
  [
    'Error: runc: runc create failed: unable to start container process: error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: OCI permission denied',
    'limits',
  ],
  ['Error: systemd cgroup flag passed, but systemd support for managing cgroups is not available', 'systemd'],
  ['Error: default OCI runtime "crun" not found: invalid argument', 'no OCI runtime'],
  [
    'Error: cannot find UID/GID for user dev: no subuid ranges found for user "dev" in /etc/subuid',
    'sub-uids',
  ],
  ['Error: writing blob: write /var/tmp/x: no space left on device', 'full'],
])('%s', (output, word) => {
  expect(adviseOnProbe(output).cause).toContain(word)
  expect(adviseOnProbe(output).cure).not.toBe('')
})

test('an unknown reason still comes with something to do', () => {
  const { cause, cure } = adviseOnProbe('Error: the moon is full')
  expect(cause).toBe('Error: the moon is full')
  expect(cure).toContain('podman run')
})
