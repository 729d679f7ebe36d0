# Logins of many users: `events` of them, `rate` a second, of `keys` different users in an order that no index has.
#     awk -v events=2000000 -v keys=1000000 -v rate=300 -f keys.awk
function clock(at) {
    return sprintf("2024-05-%02dT%02d:%02d:%02dZ", 1 + int(at / 86400), int(at / 3600) % 24, int(at / 60) % 60, at % 60)
}
BEGIN {
    for (i = 0; i < events; i++)
        printf "{\"eventVersion\":\"1.08\",\"eventID\":\"event-%d\",\"eventTime\":\"%s\",\"eventSource\":\"signin.amazonaws.com\"," \
            "\"eventName\":\"ConsoleLogin\",\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"user-%d\"}," \
            "\"sourceIPAddress\":\"192.0.2.%d\"}\n", i, clock(int(i / rate)), (i * 7919) % keys, i % 250
}
