/* The grammar of JSON: what is taken at once is taken as it is byte by byte. */
#include "check.h"

#include "base/file.h"
#include "scan_twice.h"

static const char record[] =
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::1:user/b\","
    "\"on\":true,\"off\":false,\"none\":null,\"session\":{\"issuer\":{},\"n\":[]}},\"n\":0,\"m\":7,"
    "\"exact\":123456789012345,\"long\":1234567890123456,\"minus\":-1,\"point\":1.5,\"power\":1e3,"
    "\"escaped\":\"a\\\"b\\\\\",\"unit\":\"\\u0041\",\"\\u006bey\":\"J\xC3\xB6rg, who is far from here\","
    "\"list\":[{\"a\":\"b\",\"c\":[1,\"two\",{\"d\":\"e\"}]}],\"\":\"\", \"spaced\" : \"x\" ,\n"
    "\"last\":\"end\"}";

/* With bounds that it keeps, and such as it breaks. */
static void check(struct str text) {
    for (unsigned watch = 0; watch < 4; watch++) {
        const char *differs = scan_twice(text, RECORD_DEPTH, RECORD_VALUES, watch);
        if (!differs) differs = scan_twice(text, 4, RECORD_VALUES, watch);
        if (!differs) differs = scan_twice(text, RECORD_DEPTH, 15, watch);
        if (differs) fail_msg("%s of %.*s, watched to %u", differs, STR_ARG(text), watch);
    }
}

static uint32_t draw(uint64_t *state, uint32_t below) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % below;
}

static void every_row_scans_as_it_does_bytewise(void **state) {
    (void)state;
    struct buf rows = {0};
    assert_true(file_read("tests/unit/json.rows", 1 << 20, &rows, NULL));
    for (const char *at = rows.at; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t word = strcspn(at, " \n"), len = strcspn(at, "\n");
        if (word < len) check((struct str){at + word + 1, len - word - 1});
    }
    buf_release(&rows);
}

static void every_part_of_a_record_scans_as_it_does_bytewise(void **state) {
    (void)state;
    for (size_t from = 0; from < sizeof record; from++)
        for (size_t len = 0; from + len < sizeof record; len += 1 + len / 16)
            check((struct str){record + from, len});
}

/* One to three bytes of it are others, mostly such as mean something. */
static void a_damaged_record_scans_as_it_does_bytewise(void **state) {
    (void)state;
    static const char bytes[] = "\"\"\"\\{}[]::,, \n\t0159-+.eEtfnu\x01\x1F\x7F\x80\xC3\xFF";
    uint64_t seed = 1;
    char text[sizeof record];
    for (int round = 0; round < 30000; round++) {
        memcpy(text, record, sizeof record);
        for (uint32_t count = 1 + draw(&seed, 3); count; count--)
            text[draw(&seed, sizeof record - 1)] = bytes[draw(&seed, sizeof bytes)];
        check((struct str){text, sizeof record - 1});
    }
}

/* Whatever byte stands wherever in the eight that are looked at together. */
static void each_byte_of_a_text_is_seen(void **state) {
    (void)state;
    for (size_t place = 0; place < 20; place++)
        for (int byte = 0; byte < 256; byte++) {
            char text[] = "{\"a key that is long\":\"a text that is long\",\"b\":1}";
            text[2 + place] = (char)byte;
            check(STR(text));
            text[2 + place] = 'x';
            text[23 + place] = (char)byte;
            check(STR(text));
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_scans_as_it_does_bytewise),
        cmocka_unit_test(every_part_of_a_record_scans_as_it_does_bytewise),
        cmocka_unit_test(a_damaged_record_scans_as_it_does_bytewise),
        cmocka_unit_test(each_byte_of_a_text_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
