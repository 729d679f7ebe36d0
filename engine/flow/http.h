/* HTTP requests out, many at a time, none of which waits for another. The one home of libcurl.
 * Knows nothing of alerts, destinations or trying again. Redirects, cookies, .netrc and proxies of
 * the environment do not exist here; certificates are always verified. */
#ifndef FLOW_HTTP_H
#define FLOW_HTTP_H

#include "base/diag.h"
#include "base/str.h"

#include <stdint.h>

enum { HTTP_BODY_LIMIT = 64 * 1024 };

struct http_header {
    struct str name, value;
};

/* Copied by http_start. */
struct http_request {
    const char *url; /* http or https */
    const char *method;
    const char *proxy; /* NULL or "": none */
    const struct http_header *headers;
    size_t header_count;
    struct str body;
    int64_t timeout_ms;  /* of everything */
    bool allow_loopback; /* flow/address.h; behind a proxy the proxy must know */
    bool allow_http;
};

struct http_response {
    long status;            /* 0: no answer; `error` says why */
    struct str body;        /* the first HTTP_BODY_LIMIT bytes */
    int64_t retry_after_ms; /* 0: nothing asked */
    const char *error;      /* names the host, never the rest of the url; NULL: answered */
};

/* Called from http_turn, once for each request that was started; may start another. */
typedef void http_done(void *context, const struct http_response *response);

struct http;

struct http *http_new(void);
void http_free(struct http *http); /* gives up what is under way, without calling `done` */

/* False: the request itself is wrong (url, scheme, method, a header), and nothing was sent. */
bool http_start(struct http *http, const struct http_request *request, http_done *done,
    void *context, struct diag *diag);

/* Moves everything on; waits for something to happen, at most `wait_ms`. */
void http_turn(struct http *http, int64_t wait_ms);

/* Ends the wait of http_turn, now or the next time. Callable from any thread. */
void http_wake(struct http *http);

/* Whether http_start would take the url. */
bool http_check_url(const char *url, bool allow_http, struct diag *diag);

#endif
