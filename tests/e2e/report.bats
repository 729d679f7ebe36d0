# A page of many alerts: how large it is, how soon it stands, what writing it takes.
# TOCSIN_EVENTS=1000000 make e2e T=report: of a million events, ten thousand alerts.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
source "$ROOT/tests/browser.bash"
EVENTS=${TOCSIN_EVENTS:-20000}

# rule ID SEVERITY EVENT
rule() {
    cat >"rules/$1.yaml" <<RULE
id: acme.$1
title: $3 was called
severity: $2
log: aws.cloudtrail
attack: [TA0005/T1562.008]
runbook: Ask whoever it was, and look at what else they did in that hour.
when: {eventName: $3, userIdentity.type: IAMUser}
lua: |
  function rule(event)
    return event.userIdentity.sessionContext.attributes.mfaAuthenticated ~= "true"
  end
  function title(event)
    return event.userIdentity.userName .. " called " .. event.eventName .. " in " .. event.awsRegion
  end
dedup: {by: [eventID], period: 0}
context: [userIdentity.arn, sourceIPAddress, requestParameters]
RULE
}

# Records like CloudTrail's, of which each hundredth is one that a rule wants.
events() {
    awk -v n="$EVENTS" 'BEGIN {
        srand(7)
        split("DeleteTrail StopLogging DeleteFlowLogs CreateAccessKey PutBucketPolicy", wanted)
        split("us-east-1 eu-west-1 ap-southeast-2 us-west-2", regions)
        for (i = 0; i < n; i++) {
            user = int(rand() * 400)
            time = sprintf("2026-01-%02dT%02d:%02d:%02dZ", i / n * 28 + 1, rand() * 24, rand() * 60, rand() * 60)
            printf "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\",\"principalId\":\"AIDA%08X%08X\",", rand() * 2^32, rand() * 2^32
            printf "\"arn\":\"arn:aws:iam::123456789012:user/user-%d\",\"accountId\":\"123456789012\",\"accessKeyId\":\"AKIA%08X%04X\",", user, rand() * 2^32, rand() * 2^16
            printf "\"userName\":\"user-%d\",\"sessionContext\":{\"attributes\":{\"mfaAuthenticated\":\"false\",\"creationDate\":\"%s\"}}},", user, time
            printf "\"eventTime\":\"%s\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"%s\",", time, i % 100 ? "DescribeVolumes" : wanted[int(rand() * 5) + 1]
            printf "\"awsRegion\":\"%s\",\"sourceIPAddress\":\"%d.%d.%d.%d\",", regions[int(rand() * 4) + 1], rand() * 220 + 1, rand() * 256, rand() * 256, rand() * 256
            printf "\"userAgent\":\"aws-cli/2.15.30 Python/3.11.8 Linux/6.5.0-1014-aws exe/x86_64.ubuntu.22\",\"requestParameters\":{\"name\":\"thing-%08x\",", rand() * 2^32
            printf "\"bucketName\":\"b-%08x\"},\"responseElements\":null,\"requestID\":\"%08x-%08x\",\"eventID\":\"%08x-%08x-%d\",", rand() * 2^32, rand() * 2^32, rand() * 2^32, rand() * 2^32, rand() * 2^32, i
            printf "\"readOnly\":true,\"eventType\":\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":\"123456789012\",\"eventCategory\":\"Management\"}\n"
        }
    }'
}

setup() {
    command -v chromedriver >/dev/null && command -v chromium >/dev/null || skip 'needs chromium and chromium-driver'
    cd "$BATS_TEST_TMPDIR"
    mkdir rules
    rule trail critical DeleteTrail
    rule logging high StopLogging
    rule flow medium DeleteFlowLogs
    rule key low CreateAccessKey
    rule policy info PutBucketPolicy
}

teardown() {
    browser_stop
}

@test "a page of many alerts is small, opens soon, and takes no more memory for more events" {
    events >events.ndjson
    command time -f '%M %e' -o cost tocsin replay -q -r rules --html report.html events.ndjson
    local size memory seconds drawn
    read -r memory seconds <cost
    size=$(stat -c %s report.html)
    [ "$size" -lt 10000000 ]
    [ "$memory" -lt 200000 ]
    browser_start "$BATS_TEST_TMPDIR"
    browser_open "file://$PWD/report.html#q=thing-&in=1"
    [ "$(js '{ while (!document.documentElement.dataset.ready) await new Promise(go => setTimeout(go, 20)); return document.querySelector(".shown").textContent.replace(",", "") }')" = \
        "$((EVENTS / 100)) alerts" ]
    browser_open about:blank
    browser_open "file://$PWD/report.html"
    drawn=$(js '{ while (!document.documentElement.dataset.ready) await new Promise(go => setTimeout(go, 20)); return Math.round(performance.getEntriesByName("drawn")[0].startTime) }')
    echo "# $EVENTS events, $((EVENTS / 100)) alerts: $size bytes, written in $seconds s with $memory kB, drawn after $drawn ms" >&3
    [ "$drawn" -lt 2000 ]
    [ "$(browser_log)" = '[]' ]
}
