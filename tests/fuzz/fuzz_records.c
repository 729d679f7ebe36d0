/* Records out of bytes: the same ones however many bytes a read gives, from every position on, in a
 * file that grows while it is read, and by the grammar alone where it finds no fault; all that are
 * wanted, when others are passed over. The first byte says which of these is tried and how many bytes
 * a read gives; the rest is the file. */
#include "fuzz.h"

#include "base/buf.h"
#include "text/json.h"
#include "text/records_state.h"

#include <sys/mman.h>
#include <unistd.h>

enum { LISTED = 3 }; /* positions that are gone on from */

enum { PIECES, POSITIONS, GROWTH, ALL }; /* the first byte modulo 4 */

static const char *const wrappers[] = {"Records", "detail", NULL};
static const struct record_position beginning;

struct file {
    int fd;
    char path[32];
};

/* In memory, for as long as the program. */
static struct file *open_file(void) {
    static struct file file;
    if (file.path[0]) return &file;
    file.fd = memfd_create("input", 0);
    demand(file.fd >= 0, "no file in memory");
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return &file;
}

static void write_file(const struct file *file, struct str bytes) {
    demand(ftruncate(file->fd, 0) == 0, "cannot truncate");
    demand(pwrite(file->fd, bytes.at, bytes.len, 0) == (ssize_t)bytes.len, "cannot write");
}

static struct records *read_from(size_t chunk, struct record_position from) {
    struct diag diag = {0};
    struct source *source = source_open(open_file()->path, &diag);
    demand(source, "%s", diag.text);
    source_limit_chunk(source, chunk);
    return records_new(source, wrappers, from);
}

struct listing {
    struct buf text;   /* a line a record */
    struct buf wanted; /* the good ones that the filter wants */
    bool by_grammar;
    bool faults; /* what the input holds is no JSON */
    size_t count;
    struct record_position after[LISTED];
    size_t ends[LISTED];
};

static void check_good(const struct record *record) {
    struct arena arena = {0};
    struct diag diag = {0};
    const struct json *json = json_parse(&arena, record->bytes, NULL, &diag);
    demand(json && json->type == JSON_OBJECT, "%.*s: %s", STR_ARG(record->bytes), diag.text);
    arena_release(&arena);
}

static bool wants(const void *context, struct str bytes) {
    (void)context;
    return memchr(bytes.at, 'a', bytes.len) != NULL;
}

static void list_wanted(struct listing *listing, const struct record *record) {
    if (!wants(NULL, record->bytes)) return;
    buf_add_format(&listing->wanted, "%llu:%llu\n", (unsigned long long)record->line,
        (unsigned long long)record->column);
}

static void list(struct listing *listing, const struct record *record, enum record_status status,
    struct record_position after) {
    if (status == RECORD_GOOD && listing->by_grammar) check_good(record);
    if (status == RECORD_GOOD) list_wanted(listing, record);
    listing->faults |= status == RECORD_BAD && strncmp(record->reason, "not an object", 13) != 0;
    buf_add_format(&listing->text, "%d %llu:%llu %llu %s ", status,
        (unsigned long long)record->line, (unsigned long long)record->column,
        (unsigned long long)record->index, status == RECORD_BAD ? record->reason : "");
    buf_add_str(&listing->text, record->bytes);
    buf_add_char(&listing->text, '\n');
    if (listing->count < LISTED) {
        listing->after[listing->count] = after;
        listing->ends[listing->count] = listing->text.len;
    }
    listing->count++;
}

static void listing_release(struct listing *listing) {
    buf_release(&listing->text);
    buf_release(&listing->wanted);
}

/* Up to the end, or up to where a tail is cut. */
static enum record_status read_whole(struct records *records, struct listing *listing) {
    struct record record;
    struct diag diag = {0};
    enum record_status status;
    while ((status = records_next(records, &record, &diag)) <= RECORD_BAD)
        list(listing, &record, status, records_position(records));
    if (status == RECORD_FAILED) buf_add_format(&listing->text, "failed: %s\n", diag.text);
    listing->faults |= status == RECORD_FAILED;
    return status;
}

static void read_all(struct records *records, struct listing *listing) {
    struct record record;
    while (read_whole(records, listing) == RECORD_CUT) {
        if (records_reject_tail(records, &record) != RECORD_BAD) break;
        list(listing, &record, RECORD_BAD, records_position(records));
    }
}

static void check_same(const char *how, struct str expected, const struct listing *listing) {
    demand(str_eq(expected, buf_str(&listing->text)), "%s\nexpected\n%.*sbut read\n%s", how,
        STR_ARG(expected), buf_text(&listing->text));
}

static void check_from(
    const char *how, struct str expected, size_t chunk, struct record_position from) {
    struct listing listing = {0};
    struct records *records = read_from(chunk, from);
    read_all(records, &listing);
    check_same(how, expected, &listing);
    records_free(records);
    listing_release(&listing);
}

/* Half of it is there at first; half a byte order mark is taken for a bad record. */
static void check_growth(struct str bytes, struct str expected, size_t chunk) {
    struct listing listing = {0};
    struct str half = {bytes.at, bytes.len / 2};
    if (half.len && str_starts(STR("\xEF\xBB\xBF"), half)) return;
    write_file(open_file(), half);
    struct records *records = read_from(chunk, beginning);
    if (read_whole(records, &listing) != RECORD_FAILED) {
        write_file(open_file(), bytes);
        read_all(records, &listing);
        check_same("a file that grows", expected, &listing);
    }
    records_free(records);
    listing_release(&listing);
}

static void check_positions(const struct listing *whole, size_t chunk) {
    struct str text = buf_str(&whole->text);
    for (size_t i = 0; i < whole->count && i < LISTED; i++) {
        struct str rest = {text.at + whole->ends[i], text.len - whole->ends[i]};
        check_from("from a position", rest, chunk, whole->after[i]);
    }
}

/* False when the grammar finds a fault. */
static bool check_by_grammar(const struct listing *whole) {
    struct listing listing = {.by_grammar = true};
    struct records *records = read_from(SIZE_MAX, beginning);
    records_by_grammar(records);
    read_all(records, &listing);
    if (!listing.faults) check_same("by lanes", buf_str(&listing.text), whole);
    records_free(records);
    listing_release(&listing);
    return !listing.faults;
}

static void check_wanted(const struct listing *whole, size_t chunk) {
    struct listing listing = {0};
    struct records *records = read_from(chunk, beginning);
    records_filter(records, (struct record_filter){wants, NULL});
    read_all(records, &listing);
    demand(str_eq(buf_str(&whole->wanted), buf_str(&listing.wanted)), "wanted\n%s\nbut given\n%s",
        buf_text(&whole->wanted), buf_text(&listing.wanted));
    records_free(records);
    listing_release(&listing);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct str input = fuzz_input(bytes, size);
    if (!size) return 0;
    unsigned what = bytes[0] % 4;
    size_t chunk = 1 + bytes[0] / 4;
    input = (struct str){input.at + 1, input.len - 1};
    write_file(open_file(), input);

    struct listing whole = {0};
    struct records *records = read_from(SIZE_MAX, beginning);
    read_all(records, &whole);
    records_free(records);
    struct str text = buf_str(&whole.text);
    if (check_by_grammar(&whole)) check_wanted(&whole, chunk);
    if (what == PIECES || what == ALL) check_from("in small pieces", text, chunk, beginning);
    if (what == POSITIONS || what == ALL) check_positions(&whole, chunk);
    if (what == GROWTH || what == ALL) check_growth(input, text, chunk);
    listing_release(&whole);
    return 0;
}
