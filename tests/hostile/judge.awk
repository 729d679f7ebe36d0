# What every rule had to say, against what its tags expect. Reads the manifests, then lines
#
#     … rule 'ID' failed on event 'E': REASON
#
# and prints what is wrong: a rule that was not reported for each event, or with another reason.
# events=N says how many events it was asked about; slow=1 that time may run out before steps do.

FILENAME ~ /\.yaml$/ && /^id: / { id = $2 }
FILENAME ~ /\.yaml$/ && /^tags: / { tags[id] = $0 }
FILENAME ~ /\.yaml$/ { next }

function kind(reason) {
    if (reason ~ /took too many steps|needs too many steps/) return "cpu"
    if (reason ~ /used too much memory/) return "memory"
    if (reason ~ /took too much time/) return "deadline"
    return "error"
}

function expected(id, how) {
    return index(tags[id], "expect-" how) > 0 ||
        (slow && how == "deadline")
}

{
    if (!match($0, /rule '[^']*' failed on event '[^']*': /)) next
    split(substr($0, RSTART, RLENGTH), part, "'")
    reason = substr($0, RSTART + RLENGTH)
    reported[part[2], part[4]] = 1
    counted[part[2]]++
    if (!(part[2] in tags))
        print part[2] " is no hostile rule: " reason
    else if (!expected(part[2], kind(reason)))
        print part[2] ": " kind(reason) ": " reason
    if (reason !~ /\.yaml:[0-9]+: |^severity: unknown/)
        print part[2] " has no place: " reason
}

END {
    for (id in tags) {
        all++
        if (index(tags[id], "expect-quiet") == 0 && counted[id] < events)
            print id " was reported " counted[id] + 0 " times"
    }
    if (all < 10) print "only " all + 0 " rules were read"
}
