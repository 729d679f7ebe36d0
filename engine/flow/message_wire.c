#include "flow/message_wire.h"

#include "base/mem.h"

enum ask { ASK_REQUEST = 1, ASK_VERDICT };

enum { HEADERS_MOST = 1000 };

/* ---- the sender's side ---- */

void message_put_alert(struct wire_out *out, size_t destination, const struct json *alert) {
    struct buf text = {0};
    json_print(&text, alert);
    wire_put_number(out, ASK_REQUEST);
    wire_put_number(out, destination);
    wire_put_str(out, buf_str(&text));
    buf_release(&text);
}

void message_put_response(struct wire_out *out, size_t destination, long status, struct str body) {
    wire_put_number(out, ASK_VERDICT);
    wire_put_number(out, destination);
    wire_put_number(out, (uint64_t)status);
    wire_put_str(out, body);
}

static bool read_done(struct wire_in *in, struct diag *diag) {
    bool done = wire_number(in) == 1;
    struct str why = wire_str(in);
    if (in->bad) return diag_set(diag, "the answer of the destination's Lua is damaged");
    return done || diag_set(diag, "%.*s", STR_ARG(why));
}

static void read_header(struct wire_in *in, struct request *request) {
    request->headers = mem_grow(request->headers, request->header_count);
    struct request_header *header = &request->headers[request->header_count++];
    *header = (struct request_header){0};
    buf_add_str(&header->name, wire_str(in));
    buf_add_str(&header->value, wire_str(in));
}

bool message_read_request(struct str answer, struct request *request, struct diag *diag) {
    struct wire_in in = {answer.at, answer.at + answer.len, false};
    if (!read_done(&in, diag)) return false;
    buf_add_str(&request->url, wire_str(&in));
    buf_add_str(&request->method, wire_str(&in));
    buf_add_str(&request->body, wire_str(&in));
    uint64_t count = wire_number(&in);
    for (uint64_t i = 0; i < count && i < HEADERS_MOST && !in.bad; i++) read_header(&in, request);
    if (!in.bad) return true;
    request_release(request);
    return diag_set(diag, "the message of the destination's Lua is damaged");
}

enum destination_verdict message_read_verdict(struct str answer, struct diag *diag) {
    struct wire_in in = {answer.at, answer.at + answer.len, false};
    if (!read_done(&in, diag)) return VERDICT_BY_STATUS;
    uint64_t verdict = wire_number(&in);
    return verdict <= VERDICT_NEVER ? (enum destination_verdict)verdict : VERDICT_BY_STATUS;
}

/* ---- the worker's side ---- */

static void put_done(struct wire_out *out, bool done, const struct diag *diag) {
    wire_put_number(out, done);
    wire_put_text(out, done ? "" : diag->text);
}

static void put_request(struct wire_out *out, const struct request *request) {
    wire_put_str(out, buf_str(&request->url));
    wire_put_str(out, buf_str(&request->method));
    wire_put_str(out, buf_str(&request->body));
    wire_put_number(out, request->header_count);
    for (size_t i = 0; i < request->header_count; i++) {
        wire_put_str(out, buf_str(&request->headers[i].name));
        wire_put_str(out, buf_str(&request->headers[i].value));
    }
}

static void answer_alert(
    struct destination_script *script, struct wire_in *in, struct wire_out *answer) {
    struct arena arena = {0};
    struct request request = {0};
    struct diag diag = {0};
    const struct json *alert = json_parse(&arena, wire_str(in), NULL, &diag);
    bool made = alert && destination_script_request(script, alert, &request, &diag);
    put_done(answer, made, &diag);
    if (made) put_request(answer, &request);
    request_release(&request);
    arena_release(&arena);
}

static void answer_response(
    struct destination_script *script, struct wire_in *in, struct wire_out *answer) {
    struct diag diag = {0};
    long status = (long)wire_number(in);
    enum destination_verdict verdict = destination_script_verdict(
        script, status, wire_str(in), &diag);
    put_done(answer, !diag.set, &diag);
    wire_put_number(answer, verdict);
}

void message_answer(
    struct destination_script *const *scripts, struct str request, struct wire_out *answer) {
    struct wire_in in = {request.at, request.at + request.len, false};
    uint64_t ask = wire_number(&in), destination = wire_number(&in);
    for (uint64_t i = 0; i < destination; i++)
        if (!*scripts++) return;
    if (ask == ASK_REQUEST)
        answer_alert(*scripts, &in, answer);
    else
        answer_response(*scripts, &in, answer);
}
