# kill -9 at random moments of `run` on a growing directory, with a receiver that fails one request
# in three, and on a file that grows line by line, where positions of lines that left nothing wait to be
# saved: nothing is missing, nothing is raised twice. KILLS=300 for the long form.

load lib.bash

KILLS=${KILLS:-20}
EVENTS=$((KILLS * 100))

# Files that appear, files that grow in odd pieces, files that are gzip'd, one after the other.
grow() {
    local file=0 first=1
    while [ "$first" -le "$EVENTS" ]; do
        file=$((file + 1))
        make_events 100 "$first" >".part"
        case $((file % 4)) in
        0) gzip -c .part >.gz && mv .gz "in/$file.json.gz" ;;
        1) { printf '{"Records":['; sed '$!s/$/,/' .part; printf ']}'; } >.wrapped && mv .wrapped "in/$file.json" ;;
        2) split -b 7001 --filter='cat >>in/'"$file"'.ndjson; sleep 0.05' .part ;;
        3) cat .part >>in/grows.ndjson ;;
        esac
        first=$((first + 100))
        sleep 0.1
    done
    touch grown
}

# A line every few milliseconds, until what runs was killed often enough.
trickle() {
    local line
    make_events "$EVENTS" | while IFS= read -r line; do
        [ -e killed ] || sleep 0.003
        printf '%s\n' "$line" >>in/trickles.ndjson
    done
    touch grown
}

kill_often() {
    local i
    for ((i = 0; i < KILLS; i++)); do
        start_run
        sleep "0.$((RANDOM % 400 + 20))"
        kill -9 "$RUN"
        wait "$RUN" 2>/dev/null || true
    done
    touch killed
}

# all_once: each event that must alert did, as one alert that the store holds once.
all_once() {
    expected_ids "$EVENTS" >expected
    delivered hook | sort -u >got
    diff expected got
    # Never two ids for one event, and the store holds as many.
    jq -r '.body | fromjson | .id + " " + .event_ids[0]' hook.log | sort -u | wc -l | grep -qx $((EVENTS / 10))
    [ "$(sqlite3 tocsin.db 'select count(*) from alert')" -eq $((EVENTS / 10)) ]
    # What was delivered again carries the key it carried before, and only a kill explains it.
    repeated=$(($(delivered hook | wc -l) - EVENTS / 10))
    echo "# $repeated deliveries repeated by $KILLS kills" >&3
    [ "$repeated" -le $((KILLS * 4)) ]
    jq -r '(.headers["webhook-id"]) + " " + (.body | fromjson | .id)' hook.log | sort -u | wc -l | grep -qx $((EVENTS / 10))
}

@test "$KILLS times kill -9 on $EVENTS events loses nothing and raises nothing twice" {
    start_receiver hook
    echo '/ fail 1/3' >hook.script
    write_config hook
    grow &
    kill_often
    echo '/ 200' >hook.script
    wait_for 600 test -e grown
    start_run
    wait_for 120 has_delivered hook $((EVENTS / 10))
    stop_run
    all_once
}

@test "$KILLS times kill -9 on a file that grows line by line loses nothing and raises nothing twice" {
    start_receiver hook
    write_config hook
    trickle &
    kill_often
    wait_for 600 test -e grown
    start_run
    wait_for 120 has_delivered hook $((EVENTS / 10))
    stop_run
    all_once
}

# All but the end of the last line.
has_read() { [ "$(sqlite3 tocsin.db 'select offset + 1 from input')" -eq "$(stat -c %s in/trickles.ndjson)" ]; }

@test "$((KILLS / 2)) times kill -9: what exceptions held for is counted once" {
    KILLS=$((KILLS / 2)) EVENTS=$((EVENTS / 2))
    cat >except.yaml <<'END'
id: t.except
title: Excepted
severity: low
log: aws.cloudtrail
when: {eventName: CreatePortfolio}
exceptions: [{when: {userIdentity.type: Root}, reason: root may}]
END
    start_receiver hook
    write_config hook
    sed -i 's|^rules: .*|rules: [except.yaml]|' tocsin.yaml
    trickle &
    kill_often
    wait_for 600 test -e grown
    start_run
    wait_for 60 has_read
    stop_run
    [ "$(tocsin alerts exceptions --store tocsin.db | awk '/t.except/ { print $2 }')" -eq $((EVENTS / 10)) ]
}
