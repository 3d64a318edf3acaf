#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs the system packages that are missing; nothing, when nothing is missing.
#
#   scripts/install-packages.sh build          libsodium and SQLite headers, pkg-config
#   scripts/install-packages.sh build test     also python3 with venv, openssl, fish, systemd's programs, the test server
#   scripts/install-packages.sh build look     also python3, and Chromium to look at pages with
#
# What is missing is found by asking for the thing itself, not for a package's name, so a library built by hand or
# a Python from elsewhere is as good as a packaged one. A test server that can't be installed is no error here: its
# tests are skipped by name (and with CI set, a skip fails the run).
set -euo pipefail

say() { printf 'packages: %s\n' "$*" >&2; }

has_sodium() { pkg-config --exists libsodium; }
has_sqlite() { pkg-config --exists sqlite3; }
has_python() { python3 -c 'import ensurepip, sqlite3, ssl, venv'; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_glewlwyd() { command -v glewlwyd || test -x /usr/bin/glewlwyd; }

wanted=() servers=()
want() { "${@:2}" >/dev/null 2>&1 || wanted+=("$1"); }

brew=no apt=no
command -v apt-get >/dev/null 2>&1 && apt=yes
[ "$apt" = no ] && command -v brew >/dev/null 2>&1 && brew=yes

for group in "${@:-build}"; do
    case $group in
    build)
        want pkg-config command -v pkg-config
        want libsodium-dev has_sodium
        want libsqlite3-dev has_sqlite
        ;;
    test)
        has_python >/dev/null 2>&1 || wanted+=(python3 python3-venv)
        want openssl command -v openssl
        # Readers of what inject writes. The docker client brings its engine along in Debian, so it is not installed from here.
        if [ "$apt" = yes ]; then
            want fish command -v fish
            want systemd command -v systemd-tmpfiles
        fi
        has_glewlwyd >/dev/null 2>&1 || servers+=(glewlwyd)
        ;;
    look)
        want python3 command -v python3
        want chromium has_chromium
        ;;
    *)
        say "unknown group '$group': use build, test or look"
        exit 64
        ;;
    esac
done

[ ${#wanted[@]} -eq 0 ] && [ ${#servers[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] || [ "$apt" = no ]; then
    as_root() { "$@"; }
elif command -v sudo >/dev/null 2>&1; then
    as_root() { sudo "$@"; }
else
    say "missing: ${wanted[*]-} ${servers[*]-}; they need root and there is no sudo. As root:"
    say "    scripts/install-packages.sh $*"
    [ ${#wanted[@]} -eq 0 ] || exit 69
    exit 0
fi

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q "$@"; }

# Glewlwyd's package sets up and starts a system-wide server; ours are started by the tests, each in its own folder.
# So its unit is masked before it arrives (Debian's own tools then neither enable nor start it), its database is not
# configured (without that answer its post-install step fails), and where no init system is asked the usual
# policy-rc.d refuses. The mask stays: nothing of it should start at the next boot either.
install_glewlwyd() {
    local policy=/usr/sbin/policy-rc.d ours=no status=0
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null || return
        as_root chmod 755 "$policy"
        ours=yes
    fi
    if [ ! -e /etc/systemd/system/glewlwyd.service ]; then
        as_root mkdir -p /etc/systemd/system
        as_root ln -s /dev/null /etc/systemd/system/glewlwyd.service
    fi
    echo 'glewlwyd glewlwyd/config_type select No configuration' | as_root debconf-set-selections || status=$?
    [ $status -ne 0 ] || apt_get install -y --no-install-recommends glewlwyd dbconfig-no-thanks || status=$?
    [ "$ours" = no ] || as_root rm -f "$policy"
    as_root update-rc.d glewlwyd disable >/dev/null 2>&1 || true # where init reads rc*.d, the mask says nothing
    return $status
}

if [ "$apt" = yes ]; then
    say "missing: ${wanted[*]-} ${servers[*]-}; installing them with apt-get$([ "$(id -u)" -eq 0 ] || echo ' through sudo')"
    if ! apt_get update; then
        say "the package lists could not be updated (no network, or not permitted)"
        [ ${#wanted[@]} -eq 0 ] || exit 69
    fi
    if [ ${#wanted[@]} -gt 0 ]; then
        apt_get install -y --no-install-recommends "${wanted[@]}" || {
            say "could not install them; as root: apt-get install ${wanted[*]}"
            exit 69
        }
    fi
    if [ ${#servers[@]} -gt 0 ]; then
        install_glewlwyd || say "Glewlwyd could not be installed: its tests will be skipped"
    fi
elif [ "$brew" = yes ]; then # untested
    formulas=()
    for name in ${wanted[@]+"${wanted[@]}"}; do
        case $name in
        libsodium-dev) formulas+=(libsodium) ;;
        libsqlite3-dev) formulas+=(sqlite) ;;
        pkg-config) formulas+=(pkgconf) ;;
        python3) formulas+=(python3) ;;
        openssl) formulas+=(openssl@3) ;;
        chromium) formulas+=(chromium) ;;
        esac
    done
    if [ ${#formulas[@]} -gt 0 ]; then
        say "missing: ${formulas[*]}; installing them with Homebrew (untested)"
        brew install "${formulas[@]}"
    fi
    [ ${#servers[@]} -eq 0 ] || say "Glewlwyd isn't in Homebrew: its tests will be skipped"
else
    [ ${#servers[@]} -eq 0 ] || say "Glewlwyd can't be installed here: its tests will be skipped"
    if [ ${#wanted[@]} -gt 0 ]; then
        say "neither apt-get nor brew is here; install these yourself: ${wanted[*]} (names of Debian's packages)"
        exit 69
    fi
fi
