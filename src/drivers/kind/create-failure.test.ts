import { describe, expect, test } from 'vitest'
import { describeCreateFailure } from './create-failure.ts'

/** As kind 0.32 prints it with podman 4.3.1, around what the engine says. */
function failedRun(commandOutput: string): string {
  return `Creating cluster "shop" ...
 • Preparing nodes 📦   ...
 ✗ Preparing nodes 📦
ERROR: failed to create cluster: command "podman run --name shop-control-plane --publish=127.0.0.1:20001:30080/tcp --publish=127.0.0.1:46407:6443/tcp node:v1" failed with error: exit status 126

Command Output: ${commandOutput}`
}

const failedKubeadm = (output: string) =>
  `ERROR: failed to create cluster: failed to init node with kubeadm: command "podman exec --privileged shop-control-plane kubeadm init" failed with error: exit status 1\n\nCommand Output: ${output}`

describe('a failed creation is told by its cause', () => {
  test.each([
    [
      'a port in use, by podman',
      failedRun(
        'Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:20001: bind: address already in use',
      ),
      'port 20001 of this machine is in use',
      'sport = :20001',
    ],
    [
      'a port in use, by podman without root',
      failedRun('Error: rootlessport listen tcp 127.0.0.1:20001: bind: address already in use'),
      'port 20001 of this machine is in use',
      'sport = :20001',
    ],
    [
      'a port in use, by docker',
      failedRun(
        'docker: Error response from daemon: driver failed programming external connectivity on endpoint shop: Bind for 127.0.0.1:20001 failed: port is already allocated.',
      ),
      'port 20001 of this machine is in use',
      'sport = :20001',
    ],
    [
      'a node image that is not there',
      'ERROR: failed to create cluster: failed to pull image "localhost/none:1": command "podman pull localhost/none:1" failed with error: exit status 125',
      'localhost/none:1 is not on this machine and cannot be pulled',
      'podman pull',
    ],
    [
      'a full disk',
      failedRun('Error: creating container storage: write /var/lib: no space left on device'),
      'no space left',
      'make room',
    ],
    [
      'the limits of inotify',
      'ERROR: failed to create cluster: could not find a log line that matches "x"\nFailed to create control group inotify object: Too many open files',
      'watched files (inotify)',
      'max_user_instances',
    ],
    [
      'missing kernel modules',
      failedRun('Error: statfs /lib/modules: no such file or directory'),
      'no directory /lib/modules',
      'mkdir -p',
    ],
    [
      'a mount that does not exist',
      failedRun('Error: statfs /repo/test data: no such file or directory'),
      '/repo/test data, which the Kind config mounts, does not exist',
      'hostPath',
    ],
    [
      'a key that kind does not know',
      'ERROR: failed to create cluster: unable to decode config: yaml: unmarshal errors:\n  line 5: field zones not found in type v1alpha4.Node',
      'kind does not understand the configuration: line 5: field zones not found in type v1alpha4.Node',
      'version of kind',
    ],
    [
      'another version of the configuration',
      'ERROR: failed to create cluster: unknown apiVersion: kind.x-k8s.io/v1alpha9',
      'kind does not understand the configuration: unknown apiVersion: kind.x-k8s.io/v1alpha9',
      'version of kind',
    ],
    [
      'extraArgs in the wrong form',
      failedKubeadm(
        'W1121 strict.go:54] while decoding JSON: json: cannot unmarshal array into Go struct field APIServer.apiServer.extraArgs of type map[string]string',
      ),
      '`extraArgs` in a patch',
      'v1beta4',
    ],
    [
      'kubeadm',
      failedKubeadm('timed out waiting for the condition'),
      'the control plane did not start',
      'kubelet',
    ],
    [
      'cgroups without root',
      'ERROR: failed to create cluster: running kind with rootless provider requires cgroup v2, see https://kind.sigs.k8s.io/docs/user/rootless/',
      'kind without root needs cgroup v2',
      'rootless',
    ],
    [
      'something unknown of the engine',
      failedRun('Error: OCI runtime error: runc: no such thing'),
      'kind could not create the cluster: Error: OCI runtime error: runc: no such thing',
      'known-issues',
    ],
    [
      'something unknown of kind',
      'ERROR: failed to create cluster: something new',
      'kind could not create the cluster: something new',
      'known-issues',
    ],
  ])('%s', (_, output, message, hint) => {
    const failure = describeCreateFailure(output, [20_001])
    expect(failure.message).toContain(message)
    expect(failure.hint).toContain(hint)
    expect(failure.transient).toBeUndefined()
  })
})

describe('C7: passes by itself, as has been seen elsewhere', () => {
  test.each([
    [
      'docker: Error response from daemon: network kind is ambiguous (2 matches found on name).',
      'kubernetes-sigs/kind#1596',
    ],
    ['Error: network name kind already used: network already exists', 'kubernetes-sigs/kind#1596'],
    [
      'command "podman exec --privileged shop-control-plane cat /kind/version" failed with error: exit status 255\nCommand Output: Error: can only create exec sessions on running containers: container state improper',
      'kubernetes-sigs/kind#2464',
    ],
    [
      'failed to generate kubeadm config content: failed to get kubernetes version from node: failed to get file: command "docker exec --privileged shop-worker cat /kind/version" failed with error: exit status 1',
      'kubernetes-sigs/kind#1288',
    ],
    [
      'failed to remove control plane taint: command "docker exec --privileged shop-control-plane kubectl" failed with error: exit status 1',
      'kubernetes-sigs/kind#4058',
    ],
    ['failed to apply overlay network: etcdserver: request timed out', 'kubernetes-sigs/kind#717'],
    [
      'Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:46407: bind: address already in use',
      'clusterlink-net/clusterlink#227',
    ],
  ])('%s', (text, seen) => {
    const failure = describeCreateFailure(`ERROR: failed to create cluster: ${text}`, [20_001])
    expect(failure.transient).toContain(seen)
  })
})
