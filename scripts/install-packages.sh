#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs the system packages that are missing; nothing, when nothing is missing.
#
#   scripts/install-packages.sh build          libsodium and SQLite headers, pkg-config
#   scripts/install-packages.sh build test     also python3 with venv, openssl, libpq, fish, zsh, systemd's programs, skopeo, the test servers, PgBouncer
#   scripts/install-packages.sh build look     also python3, and Chromium to look at pages with
#   scripts/install-packages.sh build age go   also what benchmarks measure against: age; Go with golang.org/x/oauth2
#   scripts/install-packages.sh build oidc     also oidc-agent, which they measure against as well
#   scripts/install-packages.sh build load     also what benchmarks send requests with, h2load, and nginx
#   scripts/install-packages.sh build database also python3, libpq and PostgreSQL, for their vaults in databases
#
# What is missing is found by asking for the thing itself, not for a package's name, so a library built by hand or
# a Python from elsewhere is as good as a packaged one. A server that can't be installed is no error here: its
# tests are skipped by name (and with CI set, a skip fails the run), its figures are left out.
set -euo pipefail

say() { printf 'packages: %s\n' "$*" >&2; }

has_sodium() { pkg-config --exists libsodium; }
has_sqlite() { pkg-config --exists sqlite3; }
# It is loaded when a database is named, and nothing is linked with it.
has_libpq() { { ldconfig -p || /sbin/ldconfig -p; } | grep -F libpq.so.5 || ls /opt/homebrew/opt/libpq /usr/local/opt/libpq; }
has_python() { python3 -c 'import ensurepip, sqlite3, ssl, venv'; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_oauth2() { test -d /usr/share/gocode/src/golang.org/x/oauth2; }
has_glewlwyd() { command -v glewlwyd || test -x /usr/bin/glewlwyd; }
has_postgresql() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }
has_pgbouncer() { command -v pgbouncer || test -x /usr/sbin/pgbouncer; }
has_oidc_agent() { command -v oidc-agent && command -v oidc-gen && command -v oidc-token; }
has_nginx() { command -v nginx || test -x /usr/sbin/nginx; }

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
        want libpq5 has_libpq
        # Readers of what inject writes, shells that complete, and a client of registries. The docker client brings its engine along in Debian, and Debian's
        # kubectl speaks an older protocol, so those are not installed from here; podman, which reads credentials as skopeo does, replaces the system's login.
        if [ "$apt" = yes ]; then
            want fish command -v fish
            want zsh command -v zsh
            want groff-base command -v groff
            want systemd command -v systemd-tmpfiles
            want skopeo command -v skopeo
        fi
        has_glewlwyd >/dev/null 2>&1 || servers+=(glewlwyd)
        has_postgresql >/dev/null 2>&1 || servers+=(postgresql)
        has_pgbouncer >/dev/null 2>&1 || servers+=(pgbouncer)
        ;;
    look)
        want python3 command -v python3
        want chromium has_chromium
        ;;
    age)
        want age command -v age-keygen
        ;;
    oidc)
        has_oidc_agent >/dev/null 2>&1 || servers+=(oidc-agent)
        ;;
    go)
        want golang-go command -v go
        want golang-golang-x-oauth2-dev has_oauth2
        ;;
    load)
        want nghttp2-client command -v h2load
        has_nginx >/dev/null 2>&1 || servers+=(nginx)
        ;;
    database)
        want python3 command -v python3
        want libpq5 has_libpq
        has_postgresql >/dev/null 2>&1 || servers+=(postgresql)
        ;;
    *)
        say "unknown group '$group': use build, test, look, age, oidc, go, load or database"
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

# install_server NAME PACKAGE...: a server whose package sets up and starts a system-wide one; ours are started by whoever
# needs them, each in its own folder. So its unit is masked before it arrives (Debian's own tools then neither enable nor
# start it), Glewlwyd's database is not configured (without that answer its post-install step fails), and where no init
# system is asked the usual policy-rc.d refuses. The mask stays: nothing of it should start at the next boot either.
install_server() {
    local name=$1 policy=/usr/sbin/policy-rc.d ours=no status=0
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null || return
        as_root chmod 755 "$policy"
        ours=yes
    fi
    if [ ! -e "/etc/systemd/system/$name.service" ]; then
        as_root mkdir -p /etc/systemd/system
        as_root ln -s /dev/null "/etc/systemd/system/$name.service"
    fi
    if [ "$name" = glewlwyd ]; then
        echo 'glewlwyd glewlwyd/config_type select No configuration' | as_root debconf-set-selections || status=$?
    fi
    [ $status -ne 0 ] || apt_get install -y --no-install-recommends "${@:2}" || status=$?
    [ "$ours" = no ] || as_root rm -f "$policy"
    as_root update-rc.d "$name" disable >/dev/null 2>&1 || true # where init reads rc*.d, the mask says nothing
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
    for server in ${servers[@]+"${servers[@]}"}; do
        case $server in
        glewlwyd)
            install_server glewlwyd glewlwyd dbconfig-no-thanks ||
                say "Glewlwyd could not be installed: its tests will be skipped"
            ;;
        postgresql)
            install_server postgresql postgresql ||
                say "PostgreSQL could not be installed: its tests will be skipped"
            ;;
        pgbouncer)
            install_server pgbouncer pgbouncer ||
                say "PgBouncer could not be installed: its tests will be skipped"
            ;;
        oidc-agent)
            # No service comes with it.
            apt_get install -y --no-install-recommends oidc-agent-cli ||
                say "oidc-agent could not be installed: its figures will be left out"
            ;;
        nginx) install_server nginx nginx || say "nginx could not be installed: its figures will be left out" ;;
        esac
    done
elif [ "$brew" = yes ]; then # untested
    formulas=()
    for name in ${wanted[@]+"${wanted[@]}"}; do
        case $name in
        libsodium-dev) formulas+=(libsodium) ;;
        libsqlite3-dev) formulas+=(sqlite) ;;
        pkg-config) formulas+=(pkgconf) ;;
        python3) formulas+=(python3) ;;
        openssl) formulas+=(openssl@3) ;;
        libpq5) formulas+=(libpq) ;;
        chromium) formulas+=(chromium) ;;
        age) formulas+=(age) ;;
        golang-go) formulas+=(go) ;;
        nghttp2-client) formulas+=(nghttp2) ;;
        esac
    done
    if [ ${#formulas[@]} -gt 0 ]; then
        say "missing: ${formulas[*]}; installing them with Homebrew (untested)"
        brew install "${formulas[@]}"
    fi
    [ ${#servers[@]} -eq 0 ] || say "not installed from Homebrew, so that its tests or figures are left out: ${servers[*]}"
else
    [ ${#servers[@]} -eq 0 ] || say "can't be installed here, so that its tests or figures are left out: ${servers[*]}"
    if [ ${#wanted[@]} -gt 0 ]; then
        say "neither apt-get nor brew is here; install these yourself: ${wanted[*]} (names of Debian's packages)"
        exit 69
    fi
fi
