/* Text inside XML 1.0. What XML cannot hold becomes U+FFFD. */
#ifndef CMD_XML_H
#define CMD_XML_H

#include "base/buf.h"

void xml_add_text(struct buf *to, struct str text);
void xml_add_attribute(struct buf *to, const char *name, struct str text); /* ` name="text"` */

#endif
