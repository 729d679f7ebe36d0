/* cidr: strings that are an IP address within a network. An IPv4 address that is spelled as an
 * IPv4-mapped IPv6 one is the IPv4 address; dots inside an IPv6 address are not read. */
#include "base/ip.h"
#include "model/pattern_internal.h"

#include <arpa/inet.h>
#include <ctype.h>

enum { IPV4 = 4, IPV6 = 16, LONGEST = 45 };

/* Four decimal numbers; leading zeros do not make them octal. */
static bool parse_ipv4(struct str text, unsigned char *to) {
    size_t parts = 0, digits = 0;
    unsigned value = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool at_end = i == text.len || text.at[i] == '.';
        if (!at_end && !isdigit((unsigned char)text.at[i])) return false;
        if (!at_end) value = value * 10 + (unsigned)(text.at[i] - '0'), digits++;
        if (value > 255) return false;
        if (!at_end) continue;
        if (digits == 0 || parts == IPV4) return false;
        to[parts++] = (unsigned char)value;
        value = 0, digits = 0;
    }
    return parts == IPV4;
}

static bool parse_ipv6(struct str text, unsigned char *to) {
    char terminated[LONGEST + 1] = {0};
    if (memchr(text.at, '.', text.len) || memchr(text.at, 0, text.len)) return false;
    memcpy(terminated, text.at, text.len);
    return inet_pton(AF_INET6, terminated, to) == 1;
}

/* How many bytes the address has, 0 where the text is none. */
static unsigned parse_address(struct str text, unsigned char to[IPV6]) {
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (text.len == 0 || text.len > LONGEST) return 0;
    if (parse_ipv4(text, to)) return IPV4;
    if (!parse_ipv6(text, to)) return 0;
    if (memcmp(to, mapped, sizeof mapped) != 0) return IPV6;
    memmove(to, to + sizeof mapped, IPV4);
    return IPV4;
}

static bool cidr_holds(const struct test *test, const struct json *leaf, bool *failed) {
    unsigned char address[IPV6] = {0};
    (void)failed;
    return leaf->type == JSON_STRING &&
           parse_address(leaf->string, address) == test->network_bytes &&
           ip_same_network(address, test->network, test->network_bits);
}

/* NO bits (an empty text, a letter, more than three digits) come back as 1000. */
static unsigned parse_bits(struct str text) {
    unsigned bits = 0;
    if (text.len == 0 || text.len > 3) return 1000;
    for (size_t i = 0; i < text.len; i++) {
        if (!isdigit((unsigned char)text.at[i])) return 1000;
        bits = bits * 10 + (unsigned)(text.at[i] - '0');
    }
    return bits;
}

bool cidr_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    test->holds = cidr_holds;
    if (argument->type != YAML_STRING)
        return argument_refused(compiler, argument, "cidr", "a string");
    struct str text = argument->text;
    const char *slash = text.len ? memchr(text.at, '/', text.len) : NULL;
    if (!slash)
        return diags_reject(compiler->diags, "TC021", argument->place,
            "no '/' in the network '%.*s': one address is a plain string", STR_ARG(text));
    struct str address = {text.at, (size_t)(slash - text.at)};
    struct str bits = {slash + 1, text.len - address.len - 1};
    test->network_bytes = parse_address(address, test->network);
    if (!test->network_bytes)
        return diags_reject(
            compiler->diags, "TC021", argument->place, "'%.*s' is no IP address", STR_ARG(address));
    test->network_bits = parse_bits(bits);
    unsigned most = test->network_bytes * 8 - 1;
    return test->network_bits <= most ||
           diags_reject(compiler->diags, "TC021", argument->place,
               "'/%.*s' is not between /0 and /%u: one address is a plain string", STR_ARG(bits),
               most);
}
