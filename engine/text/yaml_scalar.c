#include "text/yaml_parts.h"

#include <errno.h>
#include <stdlib.h>

static size_t digits(const char *s) {
    return strspn(s, "0123456789");
}

static size_t sign(const char *s) {
    return *s == '-' || *s == '+';
}

/* Passes over [eE][-+]?[0-9]+ where it is there. */
static const char *skip_exponent(const char *s) {
    if (*s != 'e' && *s != 'E') return s;
    const char *power = s + 1 + sign(s + 1);
    return digits(power) ? power + digits(power) : s;
}

static enum yaml_type number_type(const char *s) {
    s += sign(s);
    size_t whole = digits(s), fraction = 0;
    if (whole > 1 && *s == '0') return YAML_STRING;
    s += whole;
    if (!*s) return whole ? YAML_INTEGER : YAML_STRING;
    if (*s == '.') {
        fraction = digits(s + 1);
        s += 1 + fraction;
    }
    if (whole + fraction == 0) return YAML_STRING;
    return *skip_exponent(s) ? YAML_STRING : YAML_FLOAT;
}

static void resolve_number(struct yaml *scalar) {
    scalar->number = strtod(scalar->text.at, NULL);
    if (scalar->type != YAML_INTEGER) return;
    errno = 0;
    scalar->integer = strtoll(scalar->text.at, NULL, 10);
    if (errno == ERANGE) scalar->type = YAML_FLOAT;
}

void yaml_resolve(struct yaml *scalar) {
    static const struct {
        const char *text;
        enum yaml_type type;
        bool boolean;
    } words[] = {
        {"", YAML_NULL, false},
        {"~", YAML_NULL, false},
        {"null", YAML_NULL, false},
        {"Null", YAML_NULL, false},
        {"NULL", YAML_NULL, false},
        {"true", YAML_BOOL, true},
        {"True", YAML_BOOL, true},
        {"TRUE", YAML_BOOL, true},
        {"false", YAML_BOOL, false},
        {"False", YAML_BOOL, false},
        {"FALSE", YAML_BOOL, false},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(scalar->text, words[i].text)) {
            scalar->type = words[i].type;
            scalar->boolean = words[i].boolean;
            return;
        }
    scalar->type = number_type(scalar->text.at);
    if (scalar->type != YAML_STRING) resolve_number(scalar);
}
