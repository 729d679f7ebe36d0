#include "text/yaml_parts.h"

/* Keys are the texts of libyaml 0.2.5. */
static const struct yaml_wording wordings[] = {
    {"found a tab character that violates indentation", "a tab cannot indent: use spaces", false},
    {"found a tab character where an indentation space is expected",
        "a tab cannot indent: use spaces", false},
    {"mapping values are not allowed in this context",
        "unexpected ':' (the line is indented too far, or the text before it needs quotes)", false},
    {"block sequence entries are not allowed in this context", "unexpected list item '-'", false},
    {"mapping keys are not allowed in this context", "unexpected '?'", false},
    {"did not find expected key", "expected a key (is the line indented as its neighbours are?)",
        false},
    {"did not find expected '-' indicator",
        "expected a list item '-' (is the line indented as its neighbours are?)", false},
    {"could not find expected ':'", "expected ':' after this key", true},
    {"did not find expected ',' or ']'", "expected ',' or ']': is the list closed?", false},
    {"did not find expected ',' or '}'", "expected ',' or '}': is the map closed?", false},
    {"did not find expected node content", "expected a value", false},
    {"did not find expected <document start>", "expected the end of the document, or '---'", false},
    {"found unexpected end of stream", "this quote is never closed", true},
    {"found unexpected document indicator", "this quote is never closed", true},
    {"found unknown escape character",
        "unknown escape in double quotes: write \\\\ for a backslash", false},
    {"did not find expected hexdecimal number", "expected hexadecimal digits after the escape",
        false},
    {"found invalid Unicode character escape code", "the escape is no character", false},
    {"did not find expected comment or line break",
        "unexpected text after '|' or '>': it begins on the next line", false},
    {"found an indentation indicator equal to 0", "an indentation indicator is 1 to 9", false},
    {"did not find expected alphabetic or numeric character",
        "unexpected '*' or '&' (quote the text if it begins so)", true},
    {"found undefined tag handle", "tags ('!') are not supported", false},
    {"did not find expected whitespace or line break", "tags ('!') are not supported", false},
    {"did not find expected tag URI", "tags ('!') are not supported", false},
    {"found incompatible YAML document", "unknown YAML version", false},
    {NULL, NULL, false},
};

struct yaml_wording yaml_word(const char *theirs) {
    const struct yaml_wording *row = wordings;
    while (row->theirs && strcmp(row->theirs, theirs) != 0) row++;
    return row->theirs ? *row : (struct yaml_wording){theirs, theirs, false};
}
