/* The limit of reading gzip: libdeflate inflates each file whole, one after the other, on one core,
 * and nobody looks at what comes out.
 *
 *     inflate FILE.gz...      prints how many bytes came out */
#include <fcntl.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bytes {
    unsigned char *at;
    size_t len, room;
};

static void make_room(struct bytes *bytes, size_t room) {
    if (bytes->room >= room) return;
    free(bytes->at);
    bytes->at = malloc(room);
    bytes->room = bytes->at ? room : 0;
}

static int read_file(struct bytes *bytes, const char *path) {
    struct stat is;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &is) != 0) return 0;
    make_room(bytes, (size_t)is.st_size);
    bytes->len = (size_t)is.st_size;
    int good = read(fd, bytes->at, bytes->len) == is.st_size && is.st_size > 18;
    close(fd);
    return good;
}

/* The last four bytes of a member say how long its content is. */
static size_t length_inside(const struct bytes *packed) {
    const unsigned char *at = packed->at + packed->len - 4;
    return at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 | (size_t)at[3] << 24;
}

static int inflate(
    struct libdeflate_decompressor *inflater, const struct bytes *packed, struct bytes *plain) {
    make_room(plain, length_inside(packed));
    return libdeflate_gzip_decompress(inflater, packed->at, packed->len, plain->at, plain->room,
               &plain->len) == LIBDEFLATE_SUCCESS;
}

int main(int argc, char **argv) {
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    struct bytes packed = {0}, plain = {0};
    size_t total = 0;
    for (int i = 1; i < argc; i++) {
        if (!read_file(&packed, argv[i]) || !inflate(inflater, &packed, &plain)) {
            fprintf(stderr, "inflate: cannot inflate '%s'\n", argv[i]);
            return 1;
        }
        total += plain.len;
    }
    printf("%zu\n", total);
    return 0;
}
