#include "model/mask_token.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>

/* ---- looks ---- */

bool mask_is_word(struct str text, size_t at) {
    return at < text.len && isalnum((unsigned char)text.at[at]);
}

static size_t run(struct str text, size_t at, size_t most, bool (*fits)(char c)) {
    size_t len = 0;
    while (len < most && at + len < text.len && fits(text.at[at + len])) len++;
    return len;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_hex(char c) {
    return isxdigit((unsigned char)c);
}

static bool is_key(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool is_local(char c) {
    return isalnum((unsigned char)c) || memchr("._%+-", c, 5);
}

static bool is_label(char c) {
    return isalnum((unsigned char)c) || c == '-';
}

static bool is_colon_hex(char c) {
    return is_hex(c) || c == ':';
}

/* A length that no letter or digit follows. */
static size_t whole(struct str text, size_t at, size_t len) {
    return mask_is_word(text, at + len) ? 0 : len;
}

static size_t email(struct str text, size_t at) {
    size_t local = run(text, at, 64, is_local), end = at + local, labels = 0;
    if (!local || end >= text.len || text.at[end] != '@') return 0;
    do {
        size_t label = run(text, end + 1, 63, is_label);
        if (!label) break;
        end += 1 + label;
        labels++;
    } while (end < text.len && text.at[end] == '.');
    return labels > 1 ? end - at : 0;
}

static size_t uuid(struct str text, size_t at) {
    static const size_t parts[] = {8, 4, 4, 4, 12};
    size_t len = 0;
    for (size_t i = 0; i < 5; i++) {
        if (i && (at + len >= text.len || text.at[at + len++] != '-')) return 0;
        if (run(text, at + len, parts[i], is_hex) != parts[i]) return 0;
        len += parts[i];
    }
    return whole(text, at, len);
}

static size_t canonical(struct str text, size_t at) {
    return run(text, at, 65, is_hex) == 64 ? whole(text, at, 64) : 0;
}

static bool has_prefix(struct str text, size_t at, const char *const *prefixes) {
    for (; *prefixes; prefixes++)
        if (str_starts((struct str){text.at + at, text.len - at}, str_of(*prefixes))) return true;
    return false;
}

static size_t access_key(struct str text, size_t at) {
    static const char *const prefixes[] = {"AKIA", "ASIA", "ABIA", "ACCA", NULL};
    size_t len = has_prefix(text, at, prefixes) ? run(text, at, 33, is_key) : 0;
    return len >= 16 && len <= 32 ? whole(text, at, len) : 0;
}

static size_t principal(struct str text, size_t at) {
    static const char *const prefixes[] = {
        "AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA", "APKA", "ASCA", NULL};
    size_t len = has_prefix(text, at, prefixes) ? run(text, at, 33, is_key) : 0;
    return len >= 16 && len <= 32 ? whole(text, at, len) : 0;
}

static size_t account(struct str text, size_t at) {
    return run(text, at, 13, is_digit) == 12 ? whole(text, at, 12) : 0;
}

/* Four numbers up to 255 with `dot` between them. */
static size_t quad(struct str text, size_t at, char dot, unsigned numbers[4]) {
    size_t len = 0;
    for (size_t i = 0; i < 4; i++) {
        if (i && (at + len >= text.len || text.at[at + len++] != dot)) return 0;
        size_t count = run(text, at + len, 3, is_digit);
        if (!count) return 0;
        numbers[i] = 0;
        for (size_t j = 0; j < count; j++)
            numbers[i] = numbers[i] * 10 + (unsigned)(text.at[at + len + j] - '0');
        if (numbers[i] > 255) return 0;
        len += count;
    }
    bool came_from = dot == '.' && at > 1 && text.at[at - 1] == dot && is_digit(text.at[at - 2]);
    bool goes_on = at + len + 1 < text.len && text.at[at + len] == dot &&
                   is_digit(text.at[at + len + 1]);
    return came_from || goes_on ? 0 : whole(text, at, len);
}

/* What is the same everywhere says nothing: all addresses, this machine, the metadata service. */
static bool is_common(const unsigned n[4]) {
    return n[0] == 0 || n[0] == 127 || n[0] == 255 || (n[0] == 169 && n[1] == 254);
}

static bool is_private(const unsigned n[4]) {
    return n[0] == 10 || (n[0] == 172 && n[1] >= 16 && n[1] < 32) || (n[0] == 192 && n[1] == 168);
}

static size_t address(struct str text, size_t at) {
    unsigned numbers[4];
    size_t len = quad(text, at, '.', numbers);
    return len && !is_common(numbers) && !is_private(numbers) ? len : 0;
}

static size_t private_address(struct str text, size_t at) {
    unsigned numbers[4];
    size_t len = quad(text, at, '.', numbers);
    return len && is_private(numbers) ? len : 0;
}

static size_t host(struct str text, size_t at) {
    static const char *const prefixes[] = {"ip-", "ec2-", NULL};
    unsigned numbers[4];
    if (!has_prefix(text, at, prefixes)) return 0;
    size_t prefix = text.at[at] == 'i' ? 3 : 4;
    size_t len = quad(text, at + prefix, '-', numbers);
    return len ? prefix + len : 0;
}

static size_t address6(struct str text, size_t at) {
    char copy[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    size_t len = run(text, at, sizeof copy, is_colon_hex);
    if (len < 6 || len >= sizeof copy) return 0;
    memcpy(copy, text.at + at, len);
    copy[len] = '\0';
    return inet_pton(AF_INET6, copy, bytes) == 1 ? whole(text, at, len) : 0;
}

/* In this order: a longer one may begin like a shorter one. */
static size_t (*const looks[MASK_KINDS])(struct str text, size_t at) = {
    [MASK_EMAIL] = email,
    [MASK_UUID] = uuid,
    [MASK_CANONICAL] = canonical,
    [MASK_ACCESS_KEY] = access_key,
    [MASK_PRINCIPAL] = principal,
    [MASK_ADDRESS6] = address6,
    [MASK_ADDRESS] = address,
    [MASK_PRIVATE] = private_address,
    [MASK_HOST] = host,
    [MASK_ACCOUNT] = account,
};

/* Behind a letter or digit nothing begins, unless that is the end of `%3A`. */
static bool may_begin(struct str text, size_t at) {
    if (!mask_is_word(text, at)) return false;
    if (at == 0 || !mask_is_word(text, at - 1)) return true;
    return at >= 3 && text.at[at - 3] == '%' && is_hex(text.at[at - 2]) && is_hex(text.at[at - 1]);
}

size_t mask_token(struct str text, size_t at, bool versions, enum mask_kind *kind) {
    bool is_version = versions && at > 0 && text.at[at - 1] == '/';
    if (!may_begin(text, at)) return 0;
    for (*kind = MASK_EMAIL; *kind < MASK_KINDS; ++*kind) {
        size_t len = looks[*kind](text, at);
        bool addresses = *kind == MASK_ADDRESS || *kind == MASK_PRIVATE;
        if (len && !(is_version && addresses)) return len;
    }
    return 0;
}

/* ---- what stands for them ---- */

static const char *person(struct arena *arena, size_t n) {
    static const char *const names[] = {
        "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"};
    size_t count = sizeof names / sizeof *names;
    return n < count ? names[n] : arena_format(arena, "user%zu", n + 1);
}

/* RFC 5737 has three networks for documentation. */
static char *documented(struct arena *arena, size_t n) {
    static const char *const networks[] = {"192.0.2", "198.51.100", "203.0.113"};
    return arena_format(arena, "%s.%zu", networks[n / 254 % 3], n % 254 + 1);
}

static char *make_account(struct arena *arena, size_t n) {
    static const char *const ids[] = {
        "111122223333", "444455556666", "777788889999", "123456789012"};
    if (n < sizeof ids / sizeof *ids) return arena_text(arena, ids[n]);
    return arena_format(arena, "1000000%05zu", n);
}

static char *make_key(struct arena *arena, struct str from, size_t n) {
    if (n == 0) return arena_format(arena, "%.4sIOSFODNN7EXAMPLE", from.at);
    return arena_format(arena, "%.4sIOSFOD%03zuEXAMPLE", from.at, n + 1);
}

static char *make_principal(struct arena *arena, struct str from, size_t n) {
    if (n == 0) return arena_format(arena, "%.4sCKCEVSQ6C2EXAMPLE", from.at);
    return arena_format(arena, "%.4sCKCEVSQ%03zuEXAMPLE", from.at, n + 1);
}

char *mask_make(struct arena *arena, enum mask_kind kind, struct str from, size_t n) {
    switch (kind) {
    case MASK_EMAIL: return arena_format(arena, "%s@example.com", person(arena, n));
    case MASK_UUID: return arena_format(arena, "11111111-2222-4333-8444-%012zu", n + 1);
    case MASK_CANONICAL: return arena_format(arena, "%064zx", n + 1);
    case MASK_ACCESS_KEY: return make_key(arena, from, n);
    case MASK_PRINCIPAL: return make_principal(arena, from, n);
    case MASK_ADDRESS6: return arena_format(arena, "2001:db8::%zx", n + 1);
    case MASK_ADDRESS: return documented(arena, n);
    case MASK_PRIVATE: return arena_format(arena, "10.0.%zu.%zu", n / 254 % 256, n % 254 + 1);
    case MASK_HOST: return arena_format(arena, "ip-10-0-%zu-%zu", n / 254 % 256, n % 254 + 1);
    case MASK_ACCOUNT: return make_account(arena, n);
    default: return arena_text(arena, person(arena, n));
    }
}
