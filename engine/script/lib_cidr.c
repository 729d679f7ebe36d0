/* cidr: addresses and networks, IPv4 and IPv6. What is no address, such as the service names in
 * CloudTrail's sourceIPAddress, is in no network. */
#include "base/ip.h"
#include "script/library.h"
#include "script/sandbox.h"
#include "script/view.h"

#include <arpa/inet.h>

enum { NETWORK_STEPS = 10, BYTES_A_STEP = 16 };

struct address {
    unsigned char bytes[16];
    unsigned bits; /* 32 or 128 */
};

static bool parse_address(struct str text, struct address *address) {
    char copy[INET6_ADDRSTRLEN];
    if (text.len >= sizeof copy || memchr(text.at, '\0', text.len)) return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    address->bits = memchr(copy, ':', text.len) ? 128 : 32;
    return inet_pton(address->bits == 32 ? AF_INET : AF_INET6, copy, address->bytes) == 1;
}

/* "/24"; a network without one is a single address. */
static bool parse_prefix(struct str text, unsigned most, unsigned *prefix) {
    *prefix = most;
    if (text.len == 0) return true;
    *prefix = 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        *prefix = *prefix * 10 + (unsigned)(text.at[i] - '0');
        if (*prefix > most) return false;
    }
    return text.len > 1;
}

static bool parse_network(struct str text, struct address *network, unsigned *prefix) {
    const char *slash = memchr(text.at, '/', text.len);
    size_t len = slash ? (size_t)(slash - text.at) : text.len;
    return parse_address((struct str){text.at, len}, network) &&
           parse_prefix((struct str){text.at + len, text.len - len}, network->bits, prefix);
}

static bool contains(const struct address *network, unsigned prefix, const struct address *one) {
    return network->bits == one->bits && ip_same_network(network->bytes, one->bytes, prefix);
}

/* The string at `index` of the stack, a network. */
static bool network_contains(lua_State *L, int index, const struct address *one) {
    struct address network;
    unsigned prefix = 0;
    struct str text;
    text.at = lua_tolstring(L, index, &text.len);
    sandbox_charge(L, NETWORK_STEPS + (text.at ? text.len / BYTES_A_STEP : 0));
    if (!text.at || !parse_network(text, &network, &prefix))
        return luaL_error(L, "cidr.contains: '%s' is no network",
            text.at ? library_push_short(L, text) : luaL_typename(L, index));
    return contains(&network, prefix, one);
}

static bool any_contains(lua_State *L, int index, const struct address *one) {
    view_push_table(L, index); // networks
    bool found = false;
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count && !found; i++) {
        lua_rawgeti(L, -1, i); // networks network
        found = network_contains(L, -1, one);
        lua_pop(L, 1); // networks
    }
    return found;
}

static int cidr_contains(lua_State *L) {
    struct str text;
    struct address one;
    bool is_list = lua_istable(L, 1);
    if (!is_list) library_need_string(L, "cidr.contains", 1);
    bool is_address = library_string(L, "cidr.contains", 2, &text) && parse_address(text, &one);
    lua_pushboolean(
        L, is_address && (is_list ? any_contains(L, 1, &one) : network_contains(L, 1, &one)));
    return 1;
}

static int cidr_is_ip(lua_State *L) {
    struct address one;
    struct str text;
    lua_pushboolean(L, library_string(L, "cidr.is_ip", 1, &text) && parse_address(text, &one));
    return 1;
}

/* RFC 1918, 6598, 1122 (loopback), 3927 (link-local), 4193, 4291; IPv4 inside IPv6 too. */
static const char *const private_networks[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128",
    "::ffff:10.0.0.0/104", "::ffff:172.16.0.0/108", "::ffff:192.168.0.0/112",
    "::ffff:100.64.0.0/106", "::ffff:127.0.0.0/104", "::ffff:169.254.0.0/112", NULL};

static bool is_private(lua_State *L, const struct address *one) {
    sandbox_charge(L, NETWORK_STEPS * sizeof private_networks / sizeof *private_networks);
    for (const char *const *name = private_networks; *name; name++) {
        struct address network;
        unsigned prefix;
        if (parse_network(str_of(*name), &network, &prefix) && contains(&network, prefix, one))
            return true;
    }
    return false;
}

static int cidr_is_private(lua_State *L) {
    struct address one;
    struct str text;
    bool is_address = library_string(L, "cidr.is_private", 1, &text) && parse_address(text, &one);
    lua_pushboolean(L, is_address && is_private(L, &one));
    return 1;
}

const luaL_Reg lib_cidr[] = {
    {"contains", cidr_contains},
    {"is_ip", cidr_is_ip},
    {"is_private", cidr_is_private},
    {NULL, NULL},
};
