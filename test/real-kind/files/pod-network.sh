#!/bin/bash
# The pod network, as kindnetd makes it in kind's own images, as a service of the node: a CNI configuration for the
# node's own pod CIDR, a route to that of every other node, and masquerading of what leaves the pod network.
set -euo pipefail
kubeconfig=/etc/kubernetes/kubelet.conf

until [[ -s $kubeconfig && -s /kind/kubeadm.conf ]]; do sleep 0.5; done
# kubectl takes a third of a second of a processor to find out that nobody answers, and the others are in need of it.
api_server=$(sed -n 's|^ *server: *https://||p' $kubeconfig | head -n 1)
until (exec 3<>"/dev/tcp/${api_server%:*}/${api_server##*:}") 2>/dev/null; do sleep 0.5; done
pod_subnet=$(sed -n 's/^ *podSubnet: *"\{0,1\}\([^"]*\).*/\1/p' /kind/kubeadm.conf | head -n 1)

configure_own_pods() {
  cat >/etc/cni/net.d/.new <<EOF
{
  "cniVersion": "0.3.1",
  "name": "pod-network",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": false,
      "ipam": {
        "type": "host-local",
        "dataDir": "/run/cni-ipam-state",
        "routes": [{ "dst": "0.0.0.0/0" }],
        "ranges": [[{ "subnet": "$1" }]]
      }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
EOF
  mv /etc/cni/net.d/.new /etc/cni/net.d/10-pod-network.conflist
  local rule=(POSTROUTING -s "$1" ! -d "$pod_subnet" -m addrtype ! --dst-type LOCAL -j MASQUERADE)
  iptables -w -t nat -C "${rule[@]}" 2>/dev/null || iptables -w -t nat -A "${rule[@]}"
}

node='{.metadata.name} {.spec.podCIDR} {.status.addresses[?(@.type=="InternalIP")].address}{"\n"}'
kubectl --kubeconfig "$kubeconfig" get nodes --watch --output "jsonpath=$node" |
  while read -r name cidr address; do
    # A node that has just registered may have no pod CIDR yet; a change of it follows.
    if [[ -z $address ]]; then continue; fi
    if [[ $name == "$(hostname)" ]]; then
      configure_own_pods "$cidr"
    else
      ip route replace "$cidr" via "$address"
    fi
  done
