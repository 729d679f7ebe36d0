#include "base/regex_risk.h"

#include <stdint.h>

enum { DEEPEST = 100, MOST_SINGLES = 64, BYTES = 256 };

/* What one piece of an expression can match. */
struct piece {
    bool single;    /* one byte, of `bytes` */
    bool nullable;  /* nothing */
    bool repeats;   /* it is a repetition, whatever else it holds can match nothing */
    bool ambiguous; /* two of its alternatives are one byte that may be the same */
    uint64_t bytes[BYTES / 64];
};

struct reader {
    const char *at, *end;
    const char *risk;
    int depth;
};

static struct piece read_alternatives(struct reader *reader);

/* ---- bytes ---- */

static void set_range(struct piece *piece, unsigned from, unsigned to) {
    for (unsigned i = from; i <= to && i < BYTES; i++) piece->bytes[i / 64] |= 1ull << i % 64;
}

static void set_class(struct piece *piece, char name) {
    struct piece class = {0};
    if (strchr("dD", name)) set_range(&class, '0', '9');
    if (strchr("sShH", name)) set_range(&class, '\t', '\r'), set_range(&class, ' ', ' ');
    if (strchr("wW", name)) {
        set_range(&class, '0', '9'), set_range(&class, 'A', 'Z');
        set_range(&class, 'a', 'z'), set_range(&class, '_', '_');
    }
    bool inverse = name >= 'A' && name <= 'Z';
    for (int i = 0; i < BYTES / 64; i++)
        piece->bytes[i] |= inverse ? ~class.bytes[i] : class.bytes[i];
}

static bool share_bytes(const struct piece *a, const struct piece *b) {
    for (int i = 0; i < BYTES / 64; i++)
        if (a->bytes[i] & b->bytes[i]) return true;
    return false;
}

/* ---- reading ---- */

static bool has(const struct reader *reader, const char *text) {
    size_t len = strlen(text);
    return (size_t)(reader->end - reader->at) >= len && memcmp(reader->at, text, len) == 0;
}

static bool take(struct reader *reader, const char *text) {
    if (!has(reader, text)) return false;
    reader->at += strlen(text);
    return true;
}

/* Behind the backslash. What is neither a class nor a sign that stands for itself is no byte that is
 * known: nothing is said of it. */
static struct piece read_escape(struct reader *reader) {
    struct piece piece = {0};
    if (reader->at == reader->end) return piece;
    char c = *reader->at++;
    piece.single = strchr("dDsSwWhH", c) || !((c | 32) >= 'a' && (c | 32) <= 'z');
    if (piece.single && c >= '0' && c <= '9') piece.single = false;
    if (!piece.single) return piece;
    if (strchr("dDsSwWhH", c))
        set_class(&piece, c);
    else
        set_range(&piece, (unsigned char)c, (unsigned char)c);
    return piece;
}

static void read_member(struct reader *reader, struct piece *class) {
    if (take(reader, "\\")) {
        struct piece escape = read_escape(reader);
        for (int i = 0; i < BYTES / 64; i++) class->bytes[i] |= escape.bytes[i];
        return;
    }
    unsigned from = (unsigned char)*reader->at++, to = from;
    if (has(reader, "-") && reader->end - reader->at > 1 && reader->at[1] != ']') {
        to = (unsigned char)reader->at[1];
        reader->at += 2;
    }
    set_range(class, from, to);
}

static struct piece read_class(struct reader *reader) {
    struct piece class = {.single = true};
    bool inverse = take(reader, "^");
    if (take(reader, "]")) set_range(&class, ']', ']');
    while (reader->at < reader->end && !has(reader, "]")) {
        if (has(reader, "[:")) class.single = false;
        read_member(reader, &class);
    }
    take(reader, "]");
    for (int i = 0; i < BYTES / 64 && inverse; i++) class.bytes[i] = ~class.bytes[i];
    return class;
}

/* Behind the parenthesis. A look around matches nothing, and an atomic group is not tried again. */
static struct piece read_group(struct reader *reader) {
    static const char *const looks[] = {"?=", "?!", "?<=", "?<!", "?>", "?("};
    bool closed = false;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (take(reader, looks[i])) closed = true;
    if (!closed && take(reader, "?"))
        while (reader->at < reader->end && !strchr(":)>'", *reader->at)) reader->at++;
    if (reader->at < reader->end && strchr(":>'", *reader->at)) reader->at++;
    struct piece piece = read_alternatives(reader);
    take(reader, ")");
    if (closed) return (struct piece){0};
    return piece;
}

static struct piece read_atom(struct reader *reader) {
    struct piece piece = {0};
    if (take(reader, "(")) return read_group(reader);
    if (take(reader, "[")) return read_class(reader);
    if (take(reader, "\\")) return read_escape(reader);
    char c = *reader->at++;
    if (strchr("^$", c)) return piece;
    piece.single = true;
    if (c == '.')
        set_range(&piece, 0, BYTES - 1);
    else
        set_range(&piece, (unsigned char)c, (unsigned char)c);
    return piece;
}

/* ---- repetitions ---- */

struct times {
    bool any; /* there is a quantifier */
    bool none_is_fine, unbounded;
};

static struct times read_braces(struct reader *reader) {
    const char *at = reader->at + 1;
    unsigned low = 0;
    bool digits = false, comma = false, bounded = true;
    for (; at < reader->end && *at >= '0' && *at <= '9'; at++, digits = true)
        low = low < 1000 ? low * 10 + (unsigned)(*at - '0') : low;
    if (at < reader->end && *at == ',') {
        at++, comma = true;
        bounded = at < reader->end && *at >= '0' && *at <= '9';
        while (at < reader->end && *at >= '0' && *at <= '9') at++;
    }
    if (!digits || at == reader->end || *at != '}') return (struct times){0};
    reader->at = at + 1;
    return (struct times){true, low == 0, comma && !bounded};
}

static struct times read_times(struct reader *reader) {
    if (take(reader, "*")) return (struct times){true, true, true};
    if (take(reader, "+")) return (struct times){true, false, true};
    if (take(reader, "?")) return (struct times){true, true, false};
    return has(reader, "{") ? read_braces(reader) : (struct times){0};
}

static void find_risk(struct reader *reader, const struct piece *piece) {
    if (reader->risk) return;
    if (piece->repeats)
        reader->risk = "what repeats holds nothing but what repeats itself, as in '(a+)+'";
    else if (piece->ambiguous)
        reader->risk = "alternatives that may be the same are repeated, as in '(a|a)*'";
}

static struct piece read_repeated(struct reader *reader) {
    struct piece piece = read_atom(reader);
    struct times times = read_times(reader);
    if (!times.any) return piece;
    bool possessive = take(reader, "+");
    if (!possessive) take(reader, "?");
    if (times.unbounded && !possessive) find_risk(reader, &piece);
    piece.nullable |= times.none_is_fine;
    piece.repeats = (piece.repeats || times.unbounded) && !possessive;
    piece.single = piece.ambiguous = false;
    return piece;
}

/* ---- sequences and alternatives ---- */

static struct piece read_sequence(struct reader *reader) {
    struct piece whole = {.nullable = true}, one = {0};
    size_t needed = 0, count = 0;
    bool repeats = false, needed_repeats = false;
    for (; reader->at < reader->end && !strchr("|)", *reader->at); count++) {
        one = read_repeated(reader);
        needed += !one.nullable;
        repeats |= one.repeats;
        needed_repeats |= one.repeats && !one.nullable;
        whole.nullable &= one.nullable;
    }
    if (count == 1) return one;
    whole.repeats = repeats && (needed == 0 || (needed == 1 && needed_repeats));
    return whole;
}

static void note_single(
    struct piece *whole, struct piece *singles, size_t *count, const struct piece *one) {
    if (!one->single || *count == MOST_SINGLES) return;
    for (size_t i = 0; i < *count; i++) whole->ambiguous |= share_bytes(&singles[i], one);
    singles[(*count)++] = *one;
}

static struct piece read_alternatives(struct reader *reader) {
    struct piece singles[MOST_SINGLES], whole = {0};
    size_t count = 0;
    if (++reader->depth > DEEPEST) reader->at = reader->end;
    struct piece one = read_sequence(reader);
    if (!has(reader, "|")) return reader->depth--, one;
    note_single(&whole, singles, &count, &one);
    whole.nullable = one.nullable, whole.repeats = one.repeats;
    while (take(reader, "|")) {
        one = read_sequence(reader);
        note_single(&whole, singles, &count, &one);
        whole.nullable |= one.nullable;
        whole.repeats |= one.repeats;
    }
    return reader->depth--, whole;
}

const char *regex_risk(struct str regex) {
    struct reader reader = {.at = regex.at, .end = regex.at + regex.len};
    while (reader.at < reader.end) {
        read_alternatives(&reader);
        take(&reader, ")");
    }
    return reader.risk;
}
