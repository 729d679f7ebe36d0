#include "check.h"

#include "cmd/table.h"

#include <stdlib.h>

static void cells_stand_apart_however_wide_they_are(void **state) {
    (void)state;
    char wide[101] = {0}, *text;
    size_t len;
    FILE *to = open_memstream(&text, &len);
    struct table table;
    table_init(&table, 2);
    memset(wide, 'w', sizeof wide - 1);
    table_add(&table, (struct str[]){STR("é"), STR("one")});
    table_add(&table, (struct str[]){str_of(wide), STR("two")});
    table_print(&table, to);
    fclose(to);
    char expected[300];
    snprintf(expected, sizeof expected, "é%*sone\n%s  two\n", 73, "", wide);
    assert_string_equal(text, expected);
    table_release(&table);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_stand_apart_however_wide_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
