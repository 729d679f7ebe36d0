# The bursts of expected_simple.json as rules, and what is expected of them. Each burst is a rule with its own
# threshold, of which every match that fires is an alert, and one for each number that is the most of some key, and
# for one more.
#     jq -r --arg want rules -f bursts.jq      YAML
#     jq -r --arg want alerts -f bursts.jq     RULE KEY for all that fire
#     jq -r --arg want first -f bursts.jq      RULE KEY TIME: when the threshold is reached first

def whens: {
    W01: {eventName: "GetSecretValue"},
    W02: {eventName: "GetPasswordData"},
    W03: {errorCode: [{prefix: "AccessDenied"}, {suffix: "UnauthorizedOperation"}]},
    W04: {eventName: [{prefix: "Delete"}]},
    W05: {eventName: [{exists: true}]},
    W06: {eventName: ["GetParameter", "GetParameters"]},
    W07: {errorCode: "ThrottlingException"}
};

def by: if .id == "W05" then "sourceIPAddress" elif .id == "W07" then "eventName" else "userIdentity.arn" end;

def thresholds: [.threshold, (.per_key[].max_in_window | ., . + 1)] | unique | .[];

def rule(name; count; period): {
    id: "burst.\(.id | ascii_downcase).\(name)", title: .id, severity: "low", log: "aws.cloudtrail",
    when: whens[.id],
    dedup: {by: [by], period: period},
    threshold: ({count: count, within: "\(.window_s)s"} + if .id == "W05" then {unique: "eventName"} else {} end)
};

def rules: rule("first"; .threshold; 0), (thresholds as $count | rule($count; $count; "1d"));

# The keys for which the condition holds.
def keys_of(name; condition): "burst.\(.id | ascii_downcase).\(name)\t\(by)=" as $begin
    | .per_key | to_entries[] | select(.value | condition) | "\($begin)\(.key | tojson)";

def alerts: thresholds as $count | keys_of($count; .max_in_window >= $count);

def first: (.per_key[] | select(.fires).first_reached_at) as $time
    | "\(keys_of("first"; .fires and .first_reached_at == $time))\t\($time)";

.bursts[] | if $want == "rules" then "---\n\(rules)" elif $want == "alerts" then alerts else first end
