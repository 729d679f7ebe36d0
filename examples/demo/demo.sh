#!/usr/bin/env bash
# The main job, before your eyes: CloudTrail records go through the rules, alerts arrive at a
# receiver on this machine that stands in for Slack and PagerDuty. Nothing leaves the machine.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-engine/build}
work=$(mktemp -d)
trap 'kill %1 2>/dev/null || true; rm -rf "$work"' EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

say "A receiver starts on this machine, in place of Slack and PagerDuty"
"$build/receiver" --port 0 --port-file "$work/port" --log "$work/log" --pretty &
for _ in $(seq 50); do [ -s "$work/port" ] && break || sleep 0.1; done
export DEMO_PORT DEMO_ROUTING_KEY=0123456789abcdef0123456789abcdef DEMO_STORE=$work/tocsin.db
DEMO_PORT=$(cat "$work/port")
echo "listening on 127.0.0.1:$DEMO_PORT"

say "\$ tocsin replay examples/events/cloudtrail.json    (what would be raised; sends nothing)"
"$build/tocsin" replay -q -r rules examples/events/cloudtrail.json

say "\$ tocsin run -c examples/demo/tocsin.yaml examples/events/cloudtrail.json    (sends)"
"$build/tocsin" run -q -c examples/demo/tocsin.yaml examples/events/cloudtrail.json
sleep 0.2

say "\$ tocsin alerts list    (what is in the store, and whom it reached)"
"$build/tocsin" alerts list -c examples/demo/tocsin.yaml
