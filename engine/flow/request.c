#include "flow/request.h"

void request_put_head(struct wire_out *out, const struct request_head *head) {
    wire_put_number(out, head->from.record);
    wire_put_number(out, head->from.event);
    wire_put_number(out, head->from.rule);
    wire_put_number(out, head->failed);
    wire_put_str(out, head->reason);
}

struct request_head request_read_head(struct wire_in *in) {
    struct request_head head;
    head.from.record = (uint32_t)wire_number(in);
    head.from.event = (uint32_t)wire_number(in);
    head.from.rule = (uint32_t)wire_number(in);
    head.failed = (enum failure_kind)wire_number(in);
    head.reason = wire_str(in);
    return head;
}

void request_put_standings(struct wire_out *out, const struct standings *standings) {
    wire_put_number(out, standings->count);
    for (size_t i = 0; i < standings->count; i++) {
        wire_put_number(out, standings->list[i].rule);
        wire_put_number(out, standings->list[i].left);
    }
}

void request_put_metered(struct wire_out *out, bool metered) {
    wire_put_number(out, metered);
}

void request_put_period(struct wire_out *out, const struct period *period, bool dated) {
    wire_put(out, period, sizeof *period);
    wire_put_number(out, dated);
}

bool request_read_period(struct wire_in *in, struct period *period) {
    wire_take(in, period, sizeof *period);
    return wire_number(in);
}

void request_put_record(struct wire_out *out, uint32_t record, struct str bytes) {
    wire_put_number(out, REQUEST_RECORD);
    wire_put_number(out, record);
    wire_put_str(out, bytes);
}

void request_put_test(struct wire_out *out, uint32_t record, const struct tested *tested) {
    wire_put_number(out, REQUEST_TEST);
    wire_put_number(out, record);
    wire_put(out, tested, sizeof *tested);
}
