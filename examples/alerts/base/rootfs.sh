#!/bin/sh
# Writes a small root file system with the given Debian packages to stdout, as a tar:
#
#     sh base/rootfs.sh redis-server | podman import - redis-base
#
# For machines that reach a Debian mirror but no container registry. Needs mmdebstrap. The packages are unpacked but
# not configured, which is three times as fast and enough for a server that brings its own entrypoint.
set -eu

suite=bookworm

# The machine's own sources of that suite, if it has any: they know the nearest mirror.
sources=
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
    if grep -qs "$suite" "$file"; then sources="$sources $file"; fi
done

include=base-files,base-passwd,coreutils,dash,grep,libc-bin
for package in "$@"; do include=$include,$package; done

# The hooks are given the directory of the root file system.
users='cp "$1/usr/share/base-passwd/passwd.master" "$1/etc/passwd" &&
    cp "$1/usr/share/base-passwd/group.master" "$1/etc/group"'

# What no server here needs: documentation, translations, the Perl of Debian's wrapper scripts, and the compiler behind
# PostgreSQL's JIT, which alone is larger than PostgreSQL.
useless='cd "$1/usr" && rm -rf share/doc share/man share/info share/locale share/i18n \
    bin/perl* share/perl* lib/*/perl* lib/*/libperl.so* lib/*/libLLVM* lib/*/libz3*'

# shellcheck disable=SC2086
exec mmdebstrap --variant=extract --include="$include" --format=tar \
    --extract-hook="$users" --extract-hook="$useless" "$suite" - $sources
