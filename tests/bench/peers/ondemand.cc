// The limit of reading JSON: simdjson on demand looks at two fields of each line and decides the
// first rule, root creates a portfolio. Reads in pieces that fit a core's cache, which is quicker
// than the whole file at once, and line by line, which is quicker than iterate_many.
//
//     ondemand EVENTS      prints how many matched, and of how many events
#include <simdjson.h>

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

using namespace simdjson;

static const size_t piece = 256 * 1024;
static size_t events, matches;
static ondemand::parser parser;

static bool is_wanted(ondemand::document &document) {
    std::string_view type, name;
    return !document["userIdentity"]["type"].get_string().get(type) &&
           !document["eventName"].get_string().get(name) && type == "Root" &&
           name == "CreatePortfolio";
}

static void look(const char *line, size_t length, size_t room) {
    ondemand::document document;
    events++;
    if (!parser.iterate(line, length, room).get(document) && is_wanted(document)) matches++;
}

// Returns how many of the bytes were whole lines; `room` is how many can be read.
static size_t look_at_lines(const char *bytes, size_t length, size_t room) {
    const char *at = bytes, *end;
    while ((end = (const char *)memchr(at, '\n', length - (size_t)(at - bytes)))) {
        look(at, (size_t)(end - at), room - (size_t)(at - bytes));
        at = end + 1;
    }
    return (size_t)(at - bytes);
}

int main(int argc, char **argv) {
    int file = argc > 1 ? open(argv[1], O_RDONLY) : -1;
    std::vector<char> bytes(piece + SIMDJSON_PADDING);
    size_t held = 0;
    ssize_t got;
    while ((got = read(file, bytes.data() + held, piece - held)) > 0) {
        held += (size_t)got;
        size_t done = look_at_lines(bytes.data(), held, bytes.size());
        memmove(bytes.data(), bytes.data() + done, held - done);
        held -= done;
    }
    printf("%zu %zu\n", matches, events);
    return got < 0 || held > 0;
}
