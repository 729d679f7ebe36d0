# Judges of what a destination got: each answers a line for every fault, nothing when all is well.
# A message is a line of the receiver's log.

def message: .body | fromjson;
def fault(holds; $what): if holds then empty else $what end;

# Control characters but a line's end, and what turns or hides text: bidi, zero-width, tags.
def is_visible:
    all(explode[];
        (. >= 32 or . == 10) and (. < 127 or . > 159) and . != 1564 and . != 65279
        and (. < 8203 or . > 8207) and (. < 8232 or . > 8238) and (. < 8288 or . > 8303)
        and (. < 917504 or . > 917631));

# ---- Slack: https://docs.slack.dev/reference/block-kit/blocks ----

def texts: [.. | objects | .text | strings];
def elements($type): [.. | objects | select(.type == $type)];
def is_escaped: gsub("&(amp|lt|gt);"; "") | test("[<>&]") | not;
def is_label: test("^\\*[A-Z][A-Za-z ]*\\*$");
def is_bare_link: test("^<https?://[^<>|\\s]+>$");

def slack_faults:
    message | . as $message
    | fault(.blocks | length <= 50; "over 50 blocks"),
      fault([texts[] | length] | add < 12000; "over 12000 characters of text"),
      fault(all(texts[]; is_visible); "characters that nobody sees"),
      fault(.text | is_escaped; "a fallback that is not escaped"),
      fault(all(elements("plain_text")[]; .text | is_escaped); "a text that is not escaped"),
      fault(all(elements("mrkdwn")[]; .text | is_label or is_bare_link); "somebody else's mrkdwn"),
      fault(all(elements("plain_text")[]; .text | length >= 1); "an empty text"),
      (.blocks[] |
        if .type == "header" then
            fault(.text.type == "plain_text" and (.text.text | length <= 150); "a bad header")
        elif .type == "section" then
            fault((.text.text // "") | length <= 3000; "a section over 3000 characters"),
            fault(.fields // [] | length <= 10; "over 10 fields"),
            fault(all((.fields // [])[]; .text | length <= 2000); "a field over 2000 characters")
        elif .type == "context" then
            fault(.elements | length <= 10; "over 10 elements")
        else "an unknown block" end);

# ---- PagerDuty: https://developer.pagerduty.com/docs/send-alert-event ----

def pagerduty_faults($routing_key):
    fault(.body | utf8bytelength < 512000; "over 512 kB"),
    (message |
        fault(.routing_key == $routing_key; "no routing key"),
        fault(.event_action | IN("trigger", "resolve"); "no action"),
        fault(.dedup_key | length >= 1 and length <= 255; "a bad dedup_key"),
        (select(.event_action == "resolve") | fault(has("payload") | not; "a payload that nobody reads")),
        (select(.event_action == "trigger") |
        fault(.payload.severity == "error"; "a bad severity"),
        fault(.payload.summary | length >= 1 and length <= 1024; "a bad summary"),
        fault(.payload.source | length >= 1; "no source"),
        fault(all(.payload | .summary, .source, .component, .group, .class; is_visible);
            "characters that nobody sees")));
