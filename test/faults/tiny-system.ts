/** Writes a root file system of a shell and what the commands here call, taken from this machine. */
const baseScript = `#!/bin/sh
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
for program in /bin/sh /bin/sleep; do
    for file in $program $(ldd "$program" | grep -o '/[^ ]*'); do
        mkdir -p "$root$(dirname "$file")"
        cp -L "$file" "$root$file"
    done
done
mkdir -p "$root/tmp"
tar -C "$root" -cf - .
`

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: web, image: tiny/web, volumeMounts: [{ name: data, mountPath: /data }] }]
      volumes: [{ name: data, emptyDir: {} }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 8080 }] }
`

const job = `apiVersion: batch/v1
kind: Job
metadata: { name: job }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: job, image: tiny/job }]
`

/** How long its tests take when nothing is wrong, and what they may take, seconds. */
const testSeconds = 0.4
const testTimeout = '4s'

/** By what its tests are told from all other processes. */
export const testMark = 'tiny-system-tests'

/**
 * A server, a job and tests, which need nothing but a shell: up in three seconds. `hostPort` is fixed, so that nobody
 * can come up while something of an earlier run has it.
 */
export function tinySystem(hostPort: number): Record<string, string> {
  return {
    'kindling.yaml': `apiVersion: kindling/v1alpha1
project: tiny
images:
  base: { pull: registry.invalid/tiny/base:1, rootfs: [sh, base.sh] }
  web: { dockerfile: web.Dockerfile, args: { BASE: "\${images.base.ref}" } }
  job: { dockerfile: job.Dockerfile, args: { BASE: "\${images.base.ref}" } }
services:
  web: { apply: web.yaml, ready: [rollout], ports: { api: { port: 8080, host: ${hostPort} } } }
  job: { apply: job.yaml, needs: [web] }
environments:
  e2e: { services: [job], test: { run: sh tests.sh ${testMark}, timeout: ${testTimeout} } }
`,
    'base.sh': baseScript,
    'web.Dockerfile':
      'ARG BASE\nFROM ${BASE}\nCOPY web.txt /\nRUN sleep 0.4\nCMD ["sh", "-c", "trap \'exit 0\' TERM; while :; do sleep 1; done"]\n',
    'job.Dockerfile':
      'ARG BASE\nFROM ${BASE}\nCOPY job.txt /\nRUN sleep 0.2\nCMD ["sh", "-c", "sleep 0.2"]\n',
    'web.txt': '1\n',
    'job.txt': '1\n',
    // A child of its own, which whoever ends the tests must end as well.
    'tests.sh': `sleep \${TESTS_LAST:-${testSeconds}} & wait\n`,
    'web.yaml': web,
    'job.yaml': job,
    '.dockerignore': '.kindling\n*.yaml\n*.sh\n*.Dockerfile\n',
  }
}
