#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# run.sh PROGRAM: the main job, start to finish, against the sandbox. Everything lies in a folder of its own that is
# removed at the end; nothing of the person's own vault is read or written.
set -euo pipefail
coffer=$1
began=$SECONDS
folder=$(mktemp -d "${TMPDIR:-/tmp}/coffer-demo.XXXXXX")
sandbox=

finish() {
    if [ -n "$sandbox" ]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

unset COFFER_VAULT COFFER_IDENTITY COFFER_IDENTITY_FILE COFFER_IDENTITY_COMMAND COFFER_PIN CREDENTIALS_DIRECTORY
export XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config XDG_STATE_HOME=$folder/state
bold='' faint='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    bold=$'\e[1m' faint=$'\e[2m' plain=$'\e[0m'
fi

chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
shown() { printf '%s$ coffer %s%s\n' "$faint" "$*" "$plain"; }
run() {
    shown "$@"
    "$coffer" "$@" 2>&1
}
setting() { sed -n "s/^ *\"$1\" *: *\"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$folder/sandbox/sandbox.json" | head -n 1; }

# await WHAT COMMAND...: asks ten times a second, and gives up after two minutes.
await() {
    local what=$1 tries=1200
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { echo "demo: $what did not happen" >&2; exit 1; }
        sleep 0.1
    done
}

# connect ACCOUNT: coffer prints a URL, somebody consents in the browser, and the address they land on is pasted.
connect() {
    local path=main/crm/$1
    shown connect "$path" --paste --yes
    rm -f "$folder/asked"
    mkfifo "$folder/pasted"
    "$coffer" connect "$path" --paste --yes --no-browser <"$folder/pasted" >"$folder/connected" 2>"$folder/asked" &
    local program=$!
    exec 3>"$folder/pasted"
    await "the authorization URL" grep -qs 'https://[^ ]*/oauth?' "$folder/asked"
    grep -o 'https://[^ ]*/oauth?[^ ]*' "$folder/asked" | head -n 1 | "$coffer" sandbox consent "$1" --folder "$folder/sandbox" >&3
    exec 3>&-
    wait "$program" || { cat "$folder/asked" >&2; exit 1; }
    cat "$folder/connected"
    rm "$folder/pasted"
}

# Refreshes what is due and shows it; true once every account has been refreshed.
refreshed=0
refresh() {
    "$coffer" refresh >"$folder/refreshed" 2>/dev/null
    [ -s "$folder/refreshed" ] || return 1
    [ $refreshed -gt 0 ] || { printf '\n'; shown refresh; head -n 1 "$folder/refreshed"; }
    tail -n +2 "$folder/refreshed"
    refreshed=$((refreshed + $(tail -n +2 "$folder/refreshed" | wc -l)))
    [ $refreshed -ge 3 ]
}

chapter "1. A provider to try it on: amoCRM as its documentation describes it, on this machine, over TLS"
"$coffer" sandbox --folder "$folder/sandbox" --lifetime 12s --accounts acme,bolt,crew >"$folder/sandbox.log" 2>&1 &
sandbox=$!
await "the sandbox" test -s "$folder/sandbox/sandbox.json"
echo "$(setting base_url), tokens live for 12 s"

chapter "2. A vault, and the identity that opens it"
run init

chapter "3. The app: its client_secret comes from standard input, never from an argument"
shown app add main/crm --provider amocrm --client-id "$(setting client_id)" …
setting client_secret | "$coffer" app add main/crm --provider amocrm --client-id "$(setting client_id)" \
    --sandbox "$(setting base_url)" --ca-file "$(setting ca_file)" --redirect-uri "$(setting redirect_uri)" 2>&1

chapter "4. Three accounts; the account that is found is what gets connected"
for account in acme bolt crew; do connect "$account"; done

chapter "5. A token that works: $("$coffer" token main/crm/acme | wc -c) bytes on standard output, and nothing else"
run status

chapter "6. Tokens refresh ahead of their expiry, each once; refresh tokens are single-use"
printf 'waiting for the window to open '
until refresh; do
    [ $refreshed -gt 0 ] || printf '.'
    [ $((SECONDS - began)) -lt 60 ] || { echo " it did not" >&2; exit 1; }
    sleep 0.5
done

chapter "7. The client_secret has leaked: taint, freeze, and where to click"
status=0
run rotate main/crm --leak || status=$?
[ $status -eq 82 ] || { echo "demo: expected status 82 (waits for an operator), got $status" >&2; exit 1; }

chapter "8. The operator clicks; the new secret goes in, everything else follows"
printf '%s$ coffer sandbox regenerate --folder … | coffer rotate resume%s\n' "$faint" "$plain"
sleep 1 # the operator walks to the page; and amoCRM counts the refreshes of chapter 6 in the same second
"$coffer" sandbox regenerate --folder "$folder/sandbox" | "$coffer" rotate resume 2>&1

chapter "9. Afterwards"
run status

chapter "Done in $((SECONDS - began)) s: connected, refreshed ahead of expiry, leaked, contained and proven."
