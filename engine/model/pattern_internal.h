/* Inside patterns: what pattern_compile.c makes and pattern_match.c reads, and the operators, each
 * a compile function that turns its argument into a test. Only pattern*.c include it. */
#ifndef MODEL_PATTERN_INTERNAL_H
#define MODEL_PATTERN_INTERNAL_H

#include "base/regex.h"
#include "model/pattern.h"

enum { PATTERN_BRANCHES = 1000, PATTERN_FIELDS = 10000 /* of one map */ };

/* What a test asks of the leaves (strings, numbers, booleans and nulls) at its field's path. */
enum scope {
    SCOPE_LEAF,   /* one of them holds */
    SCOPE_ABSENT, /* there is none */
    SCOPE_NONE,   /* there are some, and none passes one of `tests` */
};

/* What a test looks for, for who looks leaves up instead of asking each test. */
enum test_kind {
    TEST_OTHER,
    TEST_STRING, /* a string: test_text */
    TEST_NUMBER, /* that string, or a number equal to `literal` */
    TEST_PREFIX, /* a string that begins with test_text, which is not empty */
    TEST_SUFFIX, /* one that ends so */
    TEST_REGEX,  /* one in which `regex` finds something */
};

/* A letter of a text that ignores case; both spellings are the same where it has no case. */
struct letter {
    struct str lower, upper;
};

struct tests {
    struct test *list;
    size_t count;
};

struct test {
    bool (*holds)(const struct test *test, const struct json *leaf, bool *failed);
    enum scope scope;
    enum test_kind kind;
    union {
        const struct yaml *literal;
        struct str text;
        struct {
            struct letter *letters;
            size_t letter_count;
        };
        struct {
            struct str *pieces; /* between the asterisks */
            size_t piece_count;
        };
        struct {
            const struct yaml *low, *high; /* NULL where there is no bound */
            bool low_is_open, high_is_open;
        };
        struct {
            unsigned char network[16];
            unsigned network_bytes, network_bits;
        };
        struct regex *regex;
        struct tests tests;
    };
};

struct owned_regex {
    struct regex *regex;
    struct owned_regex *next;
};

struct compiler {
    struct arena *arena;
    struct diags *diags;
    struct owned_regex *regexes;
};

/* A row of the table in pattern_operator.c. `compile` fills a zeroed test; false after reporting. */
struct operator_row {
    const char *name;
    bool takes_list;
    const char *takes; /* members of a JSON Schema of its argument */
    const char *help;
    bool (*compile)(struct compiler *compiler, struct test *test, const struct yaml *argument);
};

extern const struct operator_row operator_rows[]; /* ends with a NULL name */

const struct operator_row *operator_find(struct str name);

/* Whether a map that stands directly under a field is an operator rather than more fields: each of
 * its keys is an operator's name with an argument that such an operator takes. */
bool pattern_is_operator(const struct yaml *map);

/* A scalar, a list of scalars and operators, or one operator. */
bool tests_compile(struct compiler *compiler, struct tests *tests, const struct yaml *yaml);
bool tests_hold(const struct tests *tests, const struct json *leaf, bool *failed); /* any of them */

bool anything_but_compile(struct compiler *, struct test *, const struct yaml *);
bool cidr_compile(struct compiler *, struct test *, const struct yaml *);
bool contains_compile(struct compiler *, struct test *, const struct yaml *);
bool equals_ignore_case_compile(struct compiler *, struct test *, const struct yaml *);
bool exists_compile(struct compiler *, struct test *, const struct yaml *);
bool literal_compile(struct compiler *, struct test *, const struct yaml *);
bool not_compile(struct compiler *, struct test *, const struct yaml *);
bool numeric_compile(struct compiler *, struct test *, const struct yaml *);
bool prefix_compile(struct compiler *, struct test *, const struct yaml *);
bool regex_compile(struct compiler *, struct test *, const struct yaml *);
bool suffix_compile(struct compiler *, struct test *, const struct yaml *);
bool wildcard_compile(struct compiler *, struct test *, const struct yaml *);

/* "'prefix' takes a string, not a list" at the argument; returns false. */
bool argument_refused(
    struct compiler *compiler, const struct yaml *argument, const char *name, const char *wanted);

bool letters_compile(struct compiler *compiler, struct test *test, const struct yaml *argument);
bool letters_equal(const struct test *test, const struct json *leaf, bool *failed);
bool letters_begin(const struct test *test, const struct json *leaf, bool *failed);
bool letters_end(const struct test *test, const struct json *leaf, bool *failed);

/* Puts the spelling of several letters in its place, where the letter has one. */
void expansion_apply(struct letter *letter, uint32_t point);

bool test_has_text(const struct test *test);
struct str test_text(const struct test *test);  /* where it has one */
bool test_is_constant(const struct test *test); /* true, false or null, nothing else */
bool number_is(const struct json *json);
int number_order(const struct json *left, const struct yaml *right); /* both numbers; exact */

/* One key of a pattern, with its whole path. */
struct field {
    struct str *keys;
    size_t key_count;
    struct str dotted; /* what messages say, and the order in which fields are asked */
    struct place place;
    const struct yaml *yaml; /* what the tests were made of */
    struct tests tests;
    bool has_leaf, has_absent, has_none; /* scopes among its tests */
};

bool field_is_leaf(const struct field *field); /* it holds only where some leaf does */
bool field_is_text(const struct field *field); /* and each test is of a kind that has a text */
int field_tests_order(const struct field *a, const struct field *b); /* 0: they say the same */

/* By the keys of their paths, key by key: 0 where the paths are the same. */
int field_path_order(const struct field *a, const struct field *b);

/* The fields of a branch that begin with the same keys: `first` up to `end` of the branch's list. */
struct node {
    struct str key;
    size_t depth;
    size_t own;  /* the field whose path ends here, NO_FIELD where there is none */
    size_t last; /* the last one to be asked here or below */
    size_t first, end;
    struct node *children;
    size_t child_count;
};

#define NO_FIELD ((size_t)-1)

struct entry {
    const struct field *field;
    size_t position; /* in path order, by which nodes name their fields */
};

/* What a pattern is without its `$or`s: all fields must hold. */
struct branch {
    struct entry *entries; /* in the order in which they are asked */
    size_t count;
    struct node root;
};

/* Orders the entries, which know their fields only, and builds the tree. */
void branch_arrange(struct branch *branch, struct arena *arena);

/* pattern_match.c: of a branch, and of one field as if it stood alone. */
bool branch_matches(const struct branch *branch, const struct json *object, bool *failed);
bool field_matches(const struct field *field, const struct json *object, bool *failed);

struct pattern {
    const struct yaml *yaml; /* NULL: of several patterns */
    struct branch *branches; /* any of them */
    size_t count;
    struct owned_regex *regexes;
};

#endif
