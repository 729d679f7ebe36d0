#include "model/attack.h"

#include "base/file.h"
#include "base/suggest.h"

enum { LIST_LIMIT = 1 << 20, ID_LENGTH = 5 };

struct attack {
    struct str release;
    const char **ids;
    size_t count;
    struct str *ranges; /* "T0800-T0899": not listed one by one */
    size_t range_count;
};

static struct str next_word(struct str *text) {
    while (text->len && strchr(" \n", text->at[0])) text->at++, text->len--;
    struct str word = {text->at, 0};
    while (word.len < text->len && !strchr(" \n", word.at[word.len])) word.len++;
    *text = (struct str){text->at + word.len, text->len - word.len};
    return word;
}

static void add(struct attack *attack, const char *id, struct arena *arena) {
    attack->ids = arena_grow(arena, attack->ids, attack->count);
    attack->ids[attack->count++] = id;
}

/* `T1098 001 002` is three ids. */
static void read_words(struct attack *attack, struct str text, struct arena *arena) {
    struct str technique = {0};
    for (struct str word; (word = next_word(&text)).len;) {
        if (memchr(word.at, '-', word.len)) {
            attack->ranges = arena_grow(arena, attack->ranges, attack->range_count);
            attack->ranges[attack->range_count++] = word;
        } else if (word.at[0] == 'T') {
            technique = word;
            add(attack, arena_copy(arena, word).at, arena);
        } else {
            add(attack, arena_format(arena, "%.*s.%.*s", STR_ARG(technique), STR_ARG(word)), arena);
        }
    }
}

/* The file begins with the release, alone in its line. */
const struct attack *attack_load(const char *path, struct arena *arena, struct diags *diags) {
    struct buf file = {0};
    struct diag diag = {0};
    struct attack *attack = NULL;
    if (file_read(path, LIST_LIMIT, &file, &diag)) {
        struct str text = arena_copy(arena, buf_str(&file));
        attack = arena_new(arena, struct attack);
        attack->release = next_word(&text);
        read_words(attack, text, arena);
    } else {
        diags_reject(diags, "TC005", (struct place){path, 0, 0}, "%s", diag.text);
    }
    buf_release(&file);
    return attack;
}

struct str attack_release(const struct attack *attack) {
    return attack->release;
}

const char *const *attack_ids(const struct attack *attack, size_t *count) {
    *count = attack->count;
    return attack->ids;
}

static bool is_in(struct str range, struct str id) {
    struct str first = {range.at, ID_LENGTH}, last = {range.at + range.len - ID_LENGTH, ID_LENGTH};
    struct str technique = {id.at, ID_LENGTH};
    return id.len >= ID_LENGTH && str_cmp(first, technique) <= 0 && str_cmp(technique, last) <= 0;
}

bool attack_has(const struct attack *attack, struct str id) {
    for (size_t i = 0; i < attack->count; i++)
        if (str_is(id, attack->ids[i])) return true;
    for (size_t i = 0; i < attack->range_count; i++)
        if (is_in(attack->ranges[i], id)) return true;
    return false;
}

/* Of a part that there is none the technique is meant; else one with two digits swapped, or one
 * digit more or less. Any other number is as near as the next. */
const char *attack_meant(const struct attack *attack, struct str id) {
    struct str technique = {id.at, ID_LENGTH};
    struct suggest suggest = suggest_for(id.len > ID_LENGTH + 1 ? technique : id);
    for (size_t i = 0; i < attack->count; i++) suggest_offer(&suggest, attack->ids[i]);
    return suggest.distance <= 1 ? suggest.best : NULL;
}
