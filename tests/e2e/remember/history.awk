# A history of events like those of CloudTrail, in the order of time, one a line with its time in seconds and a
# tab before it:
#     awk -v seed=1 -v count=1500 -f history.awk
# A few people, addresses and regions, in bursts, many of them at the same second. The same seed makes the same
# history.

function pick(n) { return int(rand() * n) }
function one_of(list,   words, n) { n = split(list, words, " "); return words[pick(n) + 1] }

function clock(at) {
    return sprintf("2024-05-%02dT%02d:%02d:%02dZ", 1 + int(at / 86400), int(at / 3600) % 24, int(at / 60) % 60, at % 60)
}

function event(at, id,   name, source) {
    name = pick(3) ? usual : one_of("ConsoleLogin GetSecretValue GetObject StopLogging StartLogging CreateUser")
    source = name == "ConsoleLogin" ? "signin" : name ~ /Logging/ ? "cloudtrail" : name == "CreateUser" ? "iam" : "s3"
    printf "%d\t{\"eventVersion\":\"1.08\",\"eventID\":\"%08d-%s\",\"eventTime\":\"%s\",", at, pick(1e8), id, clock(at)
    printf "\"eventSource\":\"%s.amazonaws.com\",\"eventName\":\"%s\",", source, name
    printf "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"user%d\"},", pick(3) ? person : pick(8)
    printf "\"sourceIPAddress\":\"192.0.2.%d\",\"awsRegion\":\"%s\",", pick(12), one_of("eu-1 eu-2 us-1 ap-1 sa-1")
    printf "\"additionalEventData\":{\"bytes\":%d},\"errorCode\":\"%s\"}\n", pick(2000), pick(2) ? "Denied" : ""
}

BEGIN {
    srand(seed)
    at = 3600
    for (i = 0; i < count; i++) {
        if (left-- <= 0) {
            left = 3 + pick(25)
            at += pick(2400)
            person = pick(8)
            usual = one_of("ConsoleLogin GetSecretValue GetObject StopLogging CreateUser")
        }
        at += pick(4) ? pick(3) : pick(240)
        event(at, i)
    }
}
