/* Puts files to a fuzz target, without libFuzzer: seeds, and what was found once, stay tested.
 * Speaks TAP; where the program stops, the last line says which file it was at. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/file.h"

#include <unistd.h>

enum { MOST = 16 << 20, SECONDS_A_FILE = 60 };

/* In memory that ends where the file ends, so that a sanitizer sees what is read behind it. */
static void ask(struct str bytes) {
    uint8_t *exact = malloc(bytes.len ? bytes.len : 1);
    if (!exact) abort();
    memcpy(exact, bytes.at, bytes.len);
    LLVMFuzzerTestOneInput(exact, bytes.len);
    free(exact);
}

int main(int count, char **files) {
    struct buf bytes;
    struct diag diag = {0};
    buf_init(&bytes);
    printf("1..%d\n", count - 1);
    for (int i = 1; i < count; i++) {
        printf("# %s\n", files[i]);
        fflush(stdout);
        alarm(SECONDS_A_FILE);
        buf_reset(&bytes);
        bool good = file_read(files[i], MOST, &bytes, &diag);
        if (good) ask(buf_str(&bytes));
        printf("%sok %d - %s%s\n", good ? "" : "not ", i, files[i], good ? "" : diag.text);
    }
    buf_release(&bytes);
    return diag.set;
}
