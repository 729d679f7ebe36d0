/* What `replay --html` shows: collected while alerts are raised and told, and written at the end. Its
 * memory grows with the alerts that are kept, of which there is a bound, and not with events. */
#ifndef CMD_REPLAY_PAGE_H
#define CMD_REPLAY_PAGE_H

#include "base/counter.h"
#include "cmd/histogram.h"
#include "cmd/options.h"
#include "cmd/page.h"
#include "cmd/stats.h"

/* Further ones are counted; of a rule with few the first ones are kept all the same. */
enum { REPLAY_PAGE_ALERTS = 10000, REPLAY_PAGE_OF_RULE = 20 };

/* A line of the table. */
struct replay_row {
    char id[ALERT_ID];
    struct str rule, severity;
    struct str title, dedup, actor, region; /* as JSON, cut where they are long */
    int64_t time_ms, last_time_ms, count;
    struct pack_place place; /* of {"alert":…,"why":…} among the details */
};

struct replay_page {
    FILE *file;
    struct rules *rules;
    struct arena arena;
    struct replay_row *rows;
    size_t row_count;
    size_t *kept; /* rows of each rule, as many as rules */
    struct histogram over_time;
    struct counter actors, regions;
    struct counter keys, matched; /* "RULE\nDEDUP" of alerts, and of matches */
    struct pack details;
};

/* What there is to tell beside the alerts. */
struct replay_account {
    const struct options *options;
    const struct stats *stats; /* after stats_end */
    const struct tally *tally;
};

/* Opens the file of --html. False: it cannot be made, which is told. Borrows the rules, of which
 * Lua is loaded to explain alerts. */
bool replay_page_init(struct replay_page *page, const char *path, struct rules *rules);
void replay_page_release(struct replay_page *page);

void replay_page_raised(struct replay_page *page, const struct alert *alert); /* each once */
void replay_page_told(struct replay_page *page, const struct alert *alert); /* may be told again */
void replay_page_batch(struct replay_page *page, const struct batch *batch);

/* Closes the file. False: it could not be written, which is told. */
bool replay_page_write(struct replay_page *page, const struct replay_account *account);

/* replay_page_json.c */
void replay_page_json(
    struct buf *to, const struct replay_page *page, const struct replay_account *account);

/* replay_page_alert.c: the alert as it is told, and why its rule raised it, as one object. */
void replay_page_detail(struct buf *to, struct rules *rules, const struct rule *rule,
    const struct alert *alert, const struct json *event);

#endif
