#!/usr/bin/env bash
# The house keeps its floors: an #include points sideways or down, and every foreign library has one
# home. Prints what breaks it; exits 1 when anything does.
set -u
cd "$(dirname "$0")/.."
floors=(base text model script flow cmd)
declare -A height
for i in "${!floors[@]}"; do height[${floors[$i]}]=$i; done
broken=0

say() {
    echo "$1"
    broken=1
}

while IFS=: read -r file line include; do
    from=${file#engine/} from=${from%%/*}
    to=$(echo "$include" | sed -E 's/.*"([^"]*)".*/\1/')
    to=${to%%/*}
    [ -n "${height[$to]:-}" ] || { say "$file:$line: no such floor: $include"; continue; }
    [ "${height[$to]}" -le "${height[$from]}" ] || say "$file:$line: points up: $include"
done < <(grep -nE '^ *# *include *"' engine/*/*.[ch] /dev/null)

# Whether the file is one of the others.
is_one() {
    local home
    for home in "${@:2}"; do [ "$home" != "$1" ] || return 0; done
    return 1
}

# header pattern, then the only files that may include it
while read -r header homes; do
    while IFS=: read -r file line include; do
        # shellcheck disable=SC2086 # words and patterns are meant
        is_one "$file" $homes || say "$file:$line: $header lives in $homes: $include"
    done < <(grep -nE "^ *# *include *[<\"]$header" engine/*/*.[ch] /dev/null)
done <<'EOF'
(lua|lauxlib|lualib)\.h engine/script/*
curl/ engine/flow/http.c
yaml\.h engine/text/yaml.c
(cjson/)?cJSON\.h engine/text/json.c
sqlite3\.h engine/model/store_sqlite.c
openssl/ engine/base/hash.c
seccomp\.h engine/base/confine.c
zlib\.h engine/text/source_gzip.c
libdeflate\.h engine/text/source_whole.c engine/text/pack.c
pcre2\.h engine/base/regex.c
sys/inotify\.h engine/base/notify.c
EOF
exit $broken
