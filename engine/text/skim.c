#include "text/skim.h"

#include "text/skim_wide.h"

enum { SKIM_DEPTH = 64 };

/* Into whoever calls: so one source makes the code for each kind of processor. */
#define INSIDE __attribute__((always_inline)) static inline

/* ---- strings ---- */

/* Bytes behind a backslash that is not itself behind one. */
static uint64_t find_escaped(struct skim *skim, uint64_t slashes) {
    uint64_t escaped = skim->escaped;
    skim->escaped = 0;
    for (slashes &= ~escaped; slashes; slashes &= slashes - 1) {
        uint64_t slash = slashes & -slashes, next = slash << 1;
        if (!next) skim->escaped = 1;
        escaped |= next;
        slashes &= ~next;
    }
    return escaped;
}

/* A bit is set where an odd number of them is at or below it. */
static uint64_t prefix_xor(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    return bits ^ bits << 32;
}

/* What a block says once it is known what is text: from an opening quote to before the closing one. */
struct finding {
    uint64_t opens, closes; /* outside of strings */
    uint64_t lines;         /* line feeds */
    uint64_t words;         /* first bytes of numbers and of literals, or of what is none */
    uint64_t odd;
};

INSIDE void find(struct skim *skim, const struct block *block, struct finding *finding) {
    bool escapes = block->slashes || skim->escaped;
    uint64_t quotes = block->quotes;
    if (escapes) quotes &= ~find_escaped(skim, block->slashes);
    uint64_t text = prefix_xor(quotes) ^ skim->in_string;
    uint64_t before = block->opens | block->between, after = block->closes | block->between;
    uint64_t closing = quotes & ~text;
    finding->opens = block->opens & ~text;
    finding->closes = block->closes & ~text;
    finding->lines = block->breaks & ~text;
    finding->odd = (block->breaks & text) | (block->slashes & ~text);
    finding->odd |= quotes & text & ~(before << 1 | skim->behind);
    finding->odd |= (closing << 1 | skim->closed) & ~after;
    finding->words = (before << 1 | skim->behind) & ~(quotes | text | before | block->closes);
    skim->in_string = -(text >> 63);
    skim->behind = before >> 63;
    skim->closed = closing >> 63;
}

static uint64_t find_odd_words(const char *at, uint64_t words) {
    static const bool begins[256] = {['-'] = true,
        ['0'] = true,
        ['1'] = true,
        ['2'] = true,
        ['3'] = true,
        ['4'] = true,
        ['5'] = true,
        ['6'] = true,
        ['7'] = true,
        ['8'] = true,
        ['9'] = true,
        ['t'] = true,
        ['f'] = true,
        ['n'] = true};
    uint64_t odd = 0;
    for (; words; words &= words - 1)
        if (!begins[(unsigned char)at[__builtin_ctzll(words)]]) odd |= words & -words;
    return odd;
}

/* ---- brackets ---- */

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether a value may stand at `at`. One that begins a line may be the next record, where this one
 * was cut. */
static bool may_open(const struct skim *skim, const char *at) {
    if (at[-1] == '\n') return false;
    while (is_space(*--at)) continue;
    return skim->kinds & 1 ? *at == ':' : *at == ',' || *at == '[';
}

static bool open_level(struct skim *skim, struct str bytes, size_t at) {
    bool object = bytes.at[at] == '{';
    if (skim->depth == SKIM_DEPTH || (skim->depth && !may_open(skim, bytes.at + at))) return false;
    if (skim->depth == 1 && !object && skim->odd_array &&
        skim->odd_array(skim->context, (struct str){bytes.at, at}))
        return false;
    skim->kinds = skim->kinds << 1 | object;
    skim->depth++;
    return true;
}

static bool close_level(struct skim *skim, char c) {
    bool fits = (skim->kinds & 1) == (c == '}');
    skim->kinds >>= 1;
    skim->depth--;
    return fits;
}

static enum skim_answer end_object(struct skim *skim, const struct finding *finding, unsigned bit) {
    uint64_t inside = UINT64_MAX >> (63 - bit);
    skim->length = skim->done + bit + 1;
    skim->lines |= (finding->lines & inside) != 0;
    return finding->odd & inside ? SKIM_ODD : SKIM_WHOLE;
}

INSIDE enum skim_answer follow_brackets(
    struct skim *skim, const struct finding *finding, struct str bytes) {
    uint64_t brackets = finding->opens | finding->closes;
    for (; brackets; brackets &= brackets - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(brackets);
        bool opens = finding->opens >> bit & 1;
        bool good = opens ? open_level(skim, bytes, skim->done + bit)
                          : close_level(skim, bytes.at[skim->done + bit]);
        if (!good) return SKIM_ODD;
        if (skim->depth == 0) return end_object(skim, finding, bit);
    }
    skim->lines |= finding->lines != 0;
    return finding->odd ? SKIM_ODD : SKIM_MORE;
}

/* ---- blocks ---- */

typedef void block_reader(struct block *block, const char *at);

INSIDE enum skim_answer skim_block(
    struct skim *skim, const char *at, struct str bytes, block_reader *read) {
    struct block block;
    struct finding finding;
    read(&block, at);
    find(skim, &block, &finding);
    finding.odd |= find_odd_words(at, finding.words);
    return follow_brackets(skim, &finding, bytes);
}

INSIDE enum skim_answer skim_blocks(struct skim *skim, struct str bytes, block_reader *read) {
    for (; bytes.len - skim->done >= BLOCK_SIZE; skim->done += BLOCK_SIZE) {
        enum skim_answer answer = skim_block(skim, bytes.at + skim->done, bytes, read);
        if (answer != SKIM_MORE) return answer;
    }
    return SKIM_MORE;
}

static enum skim_answer skim_narrow(struct skim *skim, struct str bytes) {
    return skim_blocks(skim, bytes, block_read);
}

#ifdef SKIM_WIDE

SKIM_WIDE static enum skim_answer skim_wide(struct skim *skim, struct str bytes) {
    return skim_blocks(skim, bytes, block_read_wide);
}

static enum skim_answer skim_whole_blocks(struct skim *skim, struct str bytes) {
    return wide_is_there() ? skim_wide(skim, bytes) : skim_narrow(skim, bytes);
}

#else

static enum skim_answer skim_whole_blocks(struct skim *skim, struct str bytes) {
    return skim_narrow(skim, bytes);
}

#endif

/* What is no whole block is looked at in a copy, and once more when there is more. */
static enum skim_answer skim_rest(struct skim *skim, struct str bytes) {
    char block[BLOCK_SIZE];
    struct skim before = *skim;
    memset(block, ' ', sizeof block);
    memcpy(block, bytes.at + skim->done, bytes.len - skim->done);
    enum skim_answer answer = skim_block(skim, block, bytes, block_read);
    if (answer == SKIM_MORE) *skim = before;
    return answer;
}

enum skim_answer skim_object(struct skim *skim, struct str bytes) {
    enum skim_answer answer = skim_whole_blocks(skim, bytes);
    return answer == SKIM_MORE ? skim_rest(skim, bytes) : answer;
}
