#include "flow/http.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/address.h"

#include <ctype.h>
#include <curl/curl.h>
#include <pthread.h>
#include <strings.h>

enum { CONNECT_MS = 5000, STALL_S = 30 };

/* One request under way. */
struct transfer {
    struct transfer *next;
    CURL *easy;
    CURLU *url;
    struct curl_slist *headers;
    struct buf body; /* of the response */
    bool cut;        /* the body was longer */
    bool allow_loopback;
    bool local; /* refused because of the address it led to */
    char error[CURL_ERROR_SIZE];
    http_done *done;
    void *context;
};

struct http {
    CURLM *multi;
    struct transfer *transfers;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_library(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct http *http_new(void) {
    struct http *http = mem_alloc(sizeof *http);
    pthread_once(&once, init_library);
    http->multi = curl_multi_init();
    return http;
}

static void transfer_free(struct transfer *transfer) {
    curl_easy_cleanup(transfer->easy);
    curl_url_cleanup(transfer->url);
    curl_slist_free_all(transfer->headers);
    buf_release(&transfer->body);
    mem_free(transfer);
}

void http_free(struct http *http) {
    if (!http) return;
    for (struct transfer *transfer; (transfer = http->transfers);) {
        http->transfers = transfer->next;
        curl_multi_remove_handle(http->multi, transfer->easy);
        transfer_free(transfer);
    }
    curl_multi_cleanup(http->multi);
    mem_free(http);
}

/* ---- what a request may be ---- */

static bool check_scheme(CURLU *url, bool allow_http, struct diag *diag) {
    char *scheme = NULL;
    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
    bool plain = scheme && strcmp(scheme, "http") == 0;
    bool known = plain || (scheme && strcmp(scheme, "https") == 0);
    curl_free(scheme);
    if (!known) return diag_set(diag, "bad url: it begins neither with https:// nor with http://");
    if (plain && !allow_http) return diag_set(diag, "bad url: plain http needs 'allow_http: true'");
    return true;
}

static CURLU *parse_url(const char *text, bool allow_http, struct diag *diag) {
    CURLU *url = curl_url();
    CURLUcode code = curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OK && check_scheme(url, allow_http, diag)) return url;
    if (code != CURLUE_OK) diag_set(diag, "bad url: %s", curl_url_strerror(code));
    curl_url_cleanup(url);
    return NULL;
}

bool http_check_url(const char *text, bool allow_http, struct diag *diag) {
    CURLU *url = parse_url(text, allow_http, diag);
    curl_url_cleanup(url);
    return url != NULL;
}

static bool check_method(const char *method, struct diag *diag) {
    static const char *const known[] = {"POST", "PUT", "PATCH", "DELETE", NULL};
    for (size_t i = 0; known[i]; i++)
        if (strcmp(method, known[i]) == 0) return true;
    return diag_set(diag, "bad method '%s' (POST, PUT, PATCH or DELETE)", method);
}

/* RFC 9110 section 5.6.2. */
static bool is_token(struct str name) {
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.at[i]) && !memchr(marks, name.at[i], sizeof marks - 1))
            return false;
    return name.len > 0;
}

/* These decide where a request ends and whom it is for. */
static bool is_framing(struct str name) {
    static const char *const own[] = {
        "content-length", "transfer-encoding", "connection", "host", "expect", NULL};
    for (size_t i = 0; own[i]; i++)
        if (name.len == strlen(own[i]) && strncasecmp(name.at, own[i], name.len) == 0) return true;
    return false;
}

static bool is_value(struct str value) {
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] != '\t' && iscntrl((unsigned char)value.at[i])) return false;
    return true;
}

static bool add_header(
    struct transfer *transfer, const struct http_header *header, struct diag *diag) {
    if (!is_token(header->name) || is_framing(header->name))
        return diag_set(diag, "bad header name '%.*s'", STR_ARG(header->name));
    if (!is_value(header->value))
        return diag_set(
            diag, "bad value of header '%.*s': control character", STR_ARG(header->name));
    struct buf line;
    buf_init(&line);
    buf_add_str(&line, header->name);
    buf_add_text(&line, header->value.len ? ": " : ";"); /* curl's way to say: empty */
    buf_add_str(&line, header->value);
    transfer->headers = curl_slist_append(transfer->headers, buf_text(&line));
    buf_release(&line);
    return true;
}

static bool add_headers(
    struct transfer *transfer, const struct http_request *request, struct diag *diag) {
    transfer->headers = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < request->header_count; i++)
        if (!add_header(transfer, &request->headers[i], diag)) return false;
    return true;
}

/* ---- starting ---- */

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    struct transfer *transfer = context;
    size_t len = size * count, room = HTTP_BODY_LIMIT - transfer->body.len;
    transfer->cut = len > room;
    buf_add(&transfer->body, bytes, transfer->cut ? room : len);
    return transfer->cut ? 0 : len; /* 0 ends the transfer */
}

static int check_address(void *context, char *address, char *own_address, int port, int own_port) {
    struct transfer *transfer = context;
    (void)own_address, (void)port, (void)own_port;
    transfer->local = !transfer->allow_loopback && address_is_local(address);
    return transfer->local ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static void set_limits(CURL *easy, const struct http_request *request) {
    long timeout = (long)request->timeout_ms;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, timeout < CONNECT_MS ? timeout : CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* Without it, ending a transfer waits for the thread that still resolves its name. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_PROXY, request->proxy ? request->proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
}

static void set_request(struct transfer *transfer, const struct http_request *request) {
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_CURLU, transfer->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "tocsin/" VERSION);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body.len ? request->body.at : "");
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_callbacks(struct transfer *transfer) {
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, check_address);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
}

bool http_start(struct http *http, const struct http_request *request, http_done *done,
    void *context, struct diag *diag) {
    struct transfer *transfer = mem_alloc(sizeof *transfer);
    transfer->easy = curl_easy_init();
    transfer->url = parse_url(request->url, request->allow_http, diag);
    transfer->allow_loopback = request->allow_loopback || (request->proxy && *request->proxy);
    transfer->done = done;
    transfer->context = context;
    if (!transfer->url || !check_method(request->method, diag) ||
        !add_headers(transfer, request, diag)) {
        transfer_free(transfer);
        return false;
    }
    set_limits(transfer->easy, request);
    set_request(transfer, request);
    set_callbacks(transfer);
    transfer->next = http->transfers;
    http->transfers = transfer;
    curl_multi_add_handle(http->multi, transfer->easy);
    return true;
}

/* ---- ending ---- */

static void unlink_transfer(struct http *http, struct transfer *transfer) {
    struct transfer **at = &http->transfers;
    while (*at != transfer) at = &(*at)->next;
    *at = transfer->next;
    curl_multi_remove_handle(http->multi, transfer->easy);
}

static void read_answer(struct transfer *transfer, struct http_response *response) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &response->status);
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > INT32_MAX) seconds = INT32_MAX;
    response->retry_after_ms = seconds > 0 ? seconds * 1000 : 0;
    response->body = buf_str(&transfer->body);
}

static void describe_failure(struct transfer *transfer, CURLcode code, struct buf *text) {
    char *host = NULL;
    curl_url_get(transfer->url, CURLUPART_HOST, &host, 0);
    buf_add_format(text, "no answer from '%s': ", host ? host : "");
    if (transfer->local)
        buf_add_text(text, "an address of this machine or its links needs 'allow_loopback: true'");
    else
        buf_add_text(text, *transfer->error ? transfer->error : curl_easy_strerror(code));
    log_redact(text->at);
    curl_free(host);
}

static void finish(struct http *http, CURL *easy, CURLcode code) {
    struct transfer *transfer;
    struct http_response response = {0};
    struct buf error;
    buf_init(&error);
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    if (code == CURLE_OK || transfer->cut)
        read_answer(transfer, &response);
    else
        describe_failure(transfer, code, &error);
    if (response.status == 0) response.error = buf_text(&error);
    unlink_transfer(http, transfer);
    transfer->done(transfer->context, &response);
    transfer_free(transfer);
    buf_release(&error);
}

static bool finish_all(struct http *http) {
    int running, left;
    bool any = false;
    curl_multi_perform(http->multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(http->multi, &left)); any = true)
        if (message->msg == CURLMSG_DONE) finish(http, message->easy_handle, message->data.result);
    return any;
}

void http_turn(struct http *http, int64_t wait_ms) {
    if (finish_all(http)) return;
    int wait = wait_ms > INT32_MAX ? INT32_MAX : wait_ms > 0 ? (int)wait_ms : 0;
    curl_multi_poll(http->multi, NULL, 0, wait, NULL);
    finish_all(http);
}

void http_wake(struct http *http) {
    curl_multi_wakeup(http->multi);
}
