# Makes a node of what the Containerfile has put together; runs inside the image.
set -euo pipefail

# systemd without what belongs to a machine: as in kind's own Dockerfile.
find /lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
  /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*udev* \
  /lib/systemd/system/sockets.target.wants/*initctl* /lib/systemd/system/basic.target.wants/*
echo 'ReadKMsg=no' >>/etc/systemd/journald.conf
ln -sf /usr/lib/systemd/systemd /sbin/init
chmod 0755 /kind /kind/bin /kind/bin/* /usr/local/bin/*
: >/etc/machine-id

# A machine's root may lack CAP_SYS_RESOURCE: neither higher limits nor a lower OOM score can be set then.
sed -i -e '/^Limit/d' -e '/^OOMScoreAdjust/d' /etc/systemd/system/containerd.service
sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' /etc/containerd/config.toml
# The kubelet's cgroup driver is cgroupfs before Kubernetes 1.24.
sed -i 's/SystemdCgroup = true/SystemdCgroup = false/' /etc/containerd/config.toml

# Debian's programs in the places where kind's files expect them.
ln -s /usr/bin/containerd /usr/bin/ctr /usr/bin/containerd-shim-runc-v2 /usr/local/bin/
mkdir -p /opt/cni /etc/cni/net.d /etc/kubernetes/manifests
ln -s /usr/lib/cni /opt/cni/bin
ctr oci spec |
  jq '.hooks.createContainer += [{path: "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' \
    >/etc/containerd/cri-base.json

systemctl enable kubelet.service containerd.service undo-mount-hacks.service pod-network.service
systemctl mask systemd-binfmt.service
