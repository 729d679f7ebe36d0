#include "text/records_state.h"

/* Where a wrapper may stand. */
static bool may_wrap(const struct records *records) {
    return records->home < 2 && records->wrappers;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_space_back(const char *begin, const char *at) {
    while (at > begin && is_space(at[-1])) at--;
    return at;
}

/* A quote that no backslash escapes. */
static bool is_quote(const char *begin, const char *at) {
    const char *slash = at;
    if (*at != '"') return false;
    while (slash > begin && slash[-1] == '\\' && at - slash <= KEY_LIMIT) slash--;
    return (at - slash) % 2 == 0;
}

/* The key with its quotes, before an array's bracket; no bytes when there is none, or a long one. */
static struct str key_before(struct str bytes) {
    const char *begin = bytes.at, *end = skip_space_back(begin, begin + bytes.len);
    if (end == begin || *--end != ':') return (struct str){0};
    end = skip_space_back(begin, end);
    if (end == begin || end[-1] != '"') return (struct str){0};
    const char *at = end - 1;
    while (at > begin && end - at <= KEY_LIMIT)
        if (is_quote(begin, --at)) return (struct str){at, (size_t)(end - at)};
    return (struct str){0};
}

static bool is_wrappers(const void *context, struct str before) {
    struct str key = key_before(before);
    return key.len < 2 || records_name_wrapper(context, key);
}

/* ---- lines ---- */

static bool is_sample(const struct records *records) {
    return records->position.index % RECORD_SAMPLE == 0;
}

/* Finds the line that begins with the record, without the white space at its end. False with `hungry`
 * when more must be read, without when it is not a text of its own.
 *
 * It is one when it ends with } and the next line begins with {. In valid JSON `}` newline `{` stands
 * at the top only: a string holds no raw newline, and in an array or object a comma or a closing
 * bracket must follow a value. So nobody need look into a line that nobody wants. */
static bool find_line(struct records *records, struct str *line) {
    struct str bytes = records_from_begin(records);
    size_t *searched = &records->lanes.searched;
    const char *end = memchr(bytes.at + *searched, '\n', bytes.len - *searched);
    *searched = end ? (size_t)(end - bytes.at) : bytes.len;
    if (*searched > RECORD_LIMIT) return false;
    records->lanes.hungry = !end || *searched + 1 == bytes.len;
    if (!end || records->lanes.hungry || end[1] != '{') return false;
    line->at = bytes.at;
    line->len = (size_t)(skip_space_back(bytes.at, end) - bytes.at);
    return line->at[line->len - 1] == '}';
}

/* ---- objects ---- */

static void begin_object(struct records *records) {
    records->lanes.lane = LANE_OBJECT;
    records->lanes.skim = (struct skim){
        .odd_array = may_wrap(records) ? is_wrappers : NULL, .context = records};
}

/* The grammar goes on behind the value as if it had read it. */
static enum record_status end_object(
    struct records *records, struct record *record, size_t len, bool lines) {
    struct str bytes = {records_from_begin(records).at, len};
    records_go_to(records, records->begin);
    if (lines)
        records_count_lines(records, bytes);
    else
        records->scan.offset += len;
    records->lanes.lane = LANE_GRAMMAR;
    records->scan.nest.depth = records->scan.level = records->home;
    json_scan_expect_more(&records->scan);
    records_end_value(records);
    return records_give(records, record, "");
}

static enum record_status run_object(struct records *records, struct record *record) {
    struct skim *skim = &records->lanes.skim;
    struct str bytes = records_from_begin(records);
    enum skim_answer answer = skim_object(skim, bytes);
    size_t len = answer == SKIM_WHOLE ? skim->length : bytes.len;
    if (answer == SKIM_ODD || len > RECORD_LIMIT)
        records->lanes.lane = LANE_GRAMMAR;
    else if (answer == SKIM_WHOLE)
        return end_object(records, record, len, skim->lines);
    else
        records->lanes.hungry = true;
    return RECORD_END;
}

static enum record_status run_line(struct records *records, struct record *record) {
    const struct record_filter *filter = &records->filter;
    struct str line;
    if (find_line(records, &line)) {
        records->answer = filter->wants(filter->context, line) ? WANTED : UNWANTED;
        if (records->answer == UNWANTED) return end_object(records, record, line.len, false);
    }
    if (!records->lanes.hungry) begin_object(records);
    return RECORD_END;
}

/* ---- lanes ---- */

void records_choose_lane(struct records *records) {
    const struct mark *begin = &records->begin;
    if (records->lanes.off || records->first != '{' || records->suspect) return;
    bool at_line = records->home == 0 && begin->offset == begin->line_begin;
    records->lanes.searched = 0;
    if (at_line && records->filter.wants && !is_sample(records))
        records->lanes.lane = LANE_LINE;
    else
        begin_object(records);
}

bool records_leave_line(struct records *records) {
    if (records->lanes.lane != LANE_LINE) return false;
    records->lanes.hungry = false;
    begin_object(records);
    return true;
}

enum record_status records_run_lane(struct records *records, struct record *record) {
    return records->lanes.lane == LANE_LINE ? run_line(records, record)
                                            : run_object(records, record);
}
