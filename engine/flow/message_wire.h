/* How a message is asked for and answered between the sender and the worker that makes messages. */
#ifndef FLOW_MESSAGE_WIRE_H
#define FLOW_MESSAGE_WIRE_H

#include "flow/wire.h"
#include "script/destination_script.h"

/* ---- the sender's side ---- `destination` is its place in the configuration. */

void message_put_alert(struct wire_out *out, size_t destination, const struct json *alert);
void message_put_response(struct wire_out *out, size_t destination, long status, struct str body);

/* False with a diagnostic: it was not made, or the answer is not what was agreed. */
bool message_read_request(struct str answer, struct request *request, struct diag *diag);
enum destination_verdict message_read_verdict(struct str answer, struct diag *diag);

/* ---- the worker's side ---- */

/* Does what is asked; `scripts` in the order of the configuration, NULL-terminated. */
void message_answer(
    struct destination_script *const *scripts, struct str request, struct wire_out *answer);

#endif
