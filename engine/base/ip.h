/* IP addresses as bytes, in network order. Reading their text is the caller's: an allow list, an
 * event pattern and a rule each want it a little otherwise. */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <string.h>

/* Whether two addresses agree in their first `bits`. */
static inline bool ip_same_network(
    const unsigned char *one, const unsigned char *other, unsigned bits) {
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(one, other, whole) != 0) return false;
    return rest == 0 || (one[whole] ^ other[whole]) >> (8 - rest) == 0;
}

#endif
