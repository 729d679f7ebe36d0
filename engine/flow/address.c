#include "flow/address.h"

#include "base/ip.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct network {
    const char *address;
    unsigned bits;
};

static const struct network local4[] = {
    {"0.0.0.0", 8},          /* this host */
    {"127.0.0.0", 8},        /* loopback */
    {"169.254.0.0", 16},     /* link-local; metadata of AWS, Google and Azure */
    {"100.100.100.200", 32}, /* metadata of Alibaba */
    {"168.63.129.16", 32},   /* Azure's wire server */
    {"192.0.0.192", 32},     /* metadata of Oracle */
    {"224.0.0.0", 4},        /* multicast */
    {"255.255.255.255", 32},
    {NULL, 0},
};

static const struct network local6[] = {
    {"::", 128},
    {"::1", 128},
    {"fe80::", 10},
    {"fd00:ec2::254", 128}, /* metadata of AWS */
    {"ff00::", 8},          /* multicast */
    {NULL, 0},
};

/* Where an IPv6 address may carry an IPv4 one, and at which byte. */
static const struct {
    struct network network;
    size_t offset;
} carriers[] = {
    {{"::ffff:0:0", 96}, 12}, /* mapped */
    {{"::", 96}, 12},         /* compatible, RFC 4291 section 2.5.5.1 */
    {{"64:ff9b::", 96}, 12},  /* NAT64 */
    {{"2002::", 16}, 2},      /* 6to4 */
};

static bool is_inside(int family, const uint8_t *address, struct network network) {
    uint8_t base[16];
    inet_pton(family, network.address, base);
    return ip_same_network(address, base, network.bits);
}

static bool is_in_any(int family, const uint8_t *address, const struct network *networks) {
    for (; networks->address; networks++)
        if (is_inside(family, address, *networks)) return true;
    return false;
}

static bool is_local6(const uint8_t *address) {
    if (is_in_any(AF_INET6, address, local6)) return true;
    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++)
        if (is_inside(AF_INET6, address, carriers[i].network))
            return is_in_any(AF_INET, address + carriers[i].offset, local4);
    return false;
}

bool address_is_local(const char *text) {
    uint8_t address[16];
    if (inet_pton(AF_INET, text, address) == 1) return is_in_any(AF_INET, address, local4);
    return inet_pton(AF_INET6, text, address) != 1 || is_local6(address);
}
