# Every allocation of a replay may fail, in each of its processes: it says the same, or that memory ran
# out; never anything else.
# ALLOCATIONS=2000 for the long form: each of the first so many, then as many at random, each once for
# a moment; and every twentieth for good.

load lib.bash

FIRST=2000
ALLOCATIONS=${ALLOCATIONS:-40}
SEED=${SEED:-1}

prepare() {
    [[ $BUILD != *asan* ]] || skip "a sanitizer has an allocator of its own"
    make_events 100 | gzip >events.gz
    cat >rich.yaml <<'END'
id: fault.rich
title: Everything that allocates
severity: high
log: aws.cloudtrail
when: {eventName: [CreatePortfolio, {regex: "^List.*s$"}], sourceIPAddress: [{cidr: 192.0.2.0/25}]}
lua: |
  function rule(event)
    return regex.match(event.eventID, "[05]$") and any({ "a", "b" }, function(x) return x == "b" end)
  end
  function title(event)
    return string.format("%s %.3f", event.eventName:gsub("o", "0"), #event.eventID / 7)
  end
  function dedup(event) return json.encode(event.userIdentity) .. hash.sha256(event.eventID) end
  function alert_context(event)
    local keys = {}
    for key in pairs(event) do keys[#keys + 1] = key end
    table.sort(keys)
    return { keys = keys, time = time.parse(event.eventTime), list = json.decode('{"a":[1,2.5,"x"]}') }
  end
END
    replay >wanted
    [ "$(wc -l <wanted)" -eq 20 ]
    FAULT=alloc:at=1000000000 FAULT_COUNTS=counts LD_PRELOAD=$BUILD/fault.so replay >/dev/null
    read -r _ total _ <counts
    same=0 ended=0
}

replay() { tocsin replay -q -f json -r rich.yaml events.gz; }

# with_fault SETTING: replays with it; fails when what came of it is neither of the two.
with_fault() {
    local status=0
    FAULT="alloc:$1" LD_PRELOAD=$BUILD/fault.so timeout 20 \
        tocsin replay -q -f json -r rich.yaml events.gz >got 2>err || status=$?
    if [ "$status" -eq 0 ] && cmp -s got wanted; then
        same=$((same + 1))
    elif [ "$status" -eq 4 ] && [ "$(cat err)" = "tocsin: out of memory" ]; then
        ended=$((ended + 1))
    else
        echo "alloc:$1: exit $status, $(wc -l <got) alerts: $(cat err)"
        return 1
    fi
}

# Numbers of $1 allocations out of the first $2, spread evenly.
spread() { awk -v n="$1" -v most="$2" 'BEGIN { for (i = 0; i < n; i++) print 1 + int(i * most / n) }'; }

# Numbers of $1 allocations out of $2 at random.
any_of() { awk -v n="$1" -v most="$2" -v seed="$SEED" 'BEGIN { srand(seed); for (i = 0; i < n; i++) print 1 + int(rand() * most) }'; }

@test "one allocation that fails, of $ALLOCATIONS at the start and $ALLOCATIONS anywhere: the same alerts" {
    prepare
    for n in $(spread "$ALLOCATIONS" "$FIRST") $(any_of "$ALLOCATIONS" "$total"); do
        with_fault "at=$n"
    done
    echo "# of $total allocations: $same times the same, $ended times out of memory" >&3
    [ "$ended" -eq 0 ]
}

@test "no memory from an allocation on: exit 4 with one line" {
    prepare
    for n in $(spread $((ALLOCATIONS / 20 + 1)) "$FIRST") $(any_of $((ALLOCATIONS / 20 + 1)) "$total"); do
        with_fault "from=$n"
    done
    for n in 5000 6500 8000; do with_fault "from=$n,in=child"; done
    echo "# $same times the same, $ended times out of memory" >&3
    [ "$ended" -gt "$same" ]
}

@test "memory that is short now and then: the same alerts" {
    prepare
    for seed in 1 2 3; do with_fault "one_in=50,seed=$seed"; done
    [ "$same" -eq 3 ]
}
