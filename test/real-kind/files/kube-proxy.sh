#!/bin/sh
# kube-proxy must write its rules into the same tables, legacy or nft, as the kubelet of the node, whose chain tells.
set -eu
mode=legacy
if iptables-nft-save -t mangle 2>/dev/null | grep -q KUBE-KUBELET-CANARY; then mode=nft; fi
for command in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -sf "xtables-$mode-multi" "/usr/sbin/$command"
done
exec /usr/local/lib/kube-proxy "$@"
