/* The files of cmd/page/, which are part of the program. */
#ifndef CMD_PAGE_PARTS_H
#define CMD_PAGE_PARTS_H

#include "base/buf.h"
#include "cmd/page.h"

struct str page_style(void);
struct str page_body(void); /* HTML, of all kinds */

/* What they have in common, then what draws one of that kind. */
void page_add_script(struct buf *to, enum page_kind kind);

#endif
