#include "cmd/output.h"
#include "model/schemas.h"

#include "base/suggest.h"

static int usage(const char *name) {
    fputs("tocsin schema: ", stderr);
    if (name)
        fprintf(stderr, "no schema '%s'%s\n", name,
            suggest_text(suggest_from(str_of(name), schema_names)));
    else
        fputs("of what? manifest, config or alert\n", stderr);
    fputs("try 'tocsin help schema'\n", stderr);
    return EXIT_USAGE;
}

int command_schema(const struct options *options) {
    struct buf text = {0};
    if (options->arg_count != 1 || !schemas_print(&text, options->args[0]))
        return usage(options->arg_count == 1 ? options->args[0] : NULL);
    fwrite(text.at, 1, text.len, stdout);
    buf_release(&text);
    return output_close(stdout) ? EXIT_FINE : EXIT_RUN;
}
