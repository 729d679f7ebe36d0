#!/bin/sh
# Installs the Debian packages that are missing, and says which and why first.
# usage: sh engine/packages.sh [build|demo|test|lint|fuzz|bench]   (each includes the ones before it; fuzz only build, bench only demo)
set -eu

build='gcc            compiles the engine
make           runs the build
pkg-config     finds the libraries
libc6-dev      headers of the C library
liblua5.4-dev  rules are written in Lua
libcjson-dev   reads JSON
libcurl4-openssl-dev  sends alerts over HTTP
libyaml-dev    reads rules and configuration
libsqlite3-dev keeps alerts until they are delivered
libpcre2-dev   regular expressions with limits
libdeflate-dev reads gzip that is held whole
zlib1g-dev     reads gzip that streams
libssl-dev     hashes and signatures
libseccomp-dev keeps the processes that run rules from calling the system'
demo='libmicrohttpd-dev  a receiver that stands in for Slack and PagerDuty'
test='libcmocka-dev  unit tests
bats           tests of the command line
jq             an independent reader of JSON
sqlite3        an independent reader of the store
time           measures peak memory
openssl        an independent signer
procps         finds processes to kill
python3        drives the bench and makes its work load
python3-yaml   an independent reader of YAML
python3-jsonschema  an independent judge of JSON Schemas
libxml2-utils  an independent judge of JUnit reports
perl           an independent reader of TAP
groff-base     sets the manual
chromium       draws the pages of reports
chromium-driver lets tests look at them, press keys and click
curl           speaks to the driver
zsh            reads the completion that is made for it'
lint='clang-format   the house style
clang-tidy     static analysis
cppcheck       static analysis
universal-ctags measures functions'
fuzz='clang          builds with libFuzzer
libclang-rt-14-dev  libFuzzer and the sanitizers
llvm           names the functions where something broke'
bench='python3        makes the work load, drives the bench, and is a peer
jq             a peer
lua5.4         a peer, with
lua-cjson      its reader of JSON
g++            compiles with
libsimdjson-dev    the limit of reading JSON'

case "${1:-test}" in
build) rows=$build ;;
demo) rows=$(printf '%s\n' "$build" "$demo") ;;
test) rows=$(printf '%s\n' "$build" "$demo" "$test") ;;
lint) rows=$(printf '%s\n' "$build" "$demo" "$test" "$lint") ;;
fuzz) rows=$(printf '%s\n' "$build" "$fuzz") ;;
bench) rows=$(printf '%s\n' "$build" "$demo" "$bench") ;;
*) sed -n 's/^# //p' "$0" | head -2 >&2 && exit 2 ;;
esac

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
while read -r package reason; do
    installed "$package" && continue
    [ -n "$missing" ] || echo "These Debian packages are missing and will be installed:"
    printf '  %-22s %s\n' "$package" "$reason"
    missing="$missing $package"
done <<EOF
$rows
EOF
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || {
    echo "engine/packages.sh: no apt-get here: install them with the system's own means" >&2
    exit 1
}
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
[ -z "$sudo" ] || command -v sudo >/dev/null || {
    echo "engine/packages.sh: neither root nor sudo: as root, run apt-get install$missing" >&2
    exit 1
}
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of names
$sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
