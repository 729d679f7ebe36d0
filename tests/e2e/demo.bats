# What `make demo` shows.

load lib.bash

@test "the demo shows a Slack message and a PagerDuty incident" {
    run bash "$ROOT/examples/demo/demo.sh"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *Slack* ]]
    [[ $output == *PagerDuty* ]]
    [[ $output == *"CreatePortfolio"* || $output == *"created"*"portfolio"* ]]
    # its boxes fit a terminal of 80 columns
    ! env LC_ALL=C.UTF-8 grep -E '^[╭│╰].{80}' <<<"$output"
}
