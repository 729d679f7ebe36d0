/* Which network addresses a destination may not lead to unless its configuration says so. Pure. */
#ifndef FLOW_ADDRESS_H
#define FLOW_ADDRESS_H

#include <stdbool.h>

/* `text` is a numeric IPv4 or IPv6 address; anything else counts as local, to be on the safe side.
 * Local are this machine, its links, and where clouds answer questions about the machine. */
bool address_is_local(const char *text);

#endif
