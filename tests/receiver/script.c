#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LINES = 64, STEPS = 64 };

struct line {
    char prefix[128];
    struct {
        struct step step;
        long times;
    } steps[STEPS];
    int count;
    int fail, of; /* fail/of; of 0: none */
    long asked;   /* requests so far */
};

static struct line lines[LINES];
static int line_count;
static struct timespec read_at;
static long long read_size = -1;

/* What begins with `word`, and the number behind its colon. */
static bool is_word(const char *text, const char *word, long *number) {
    size_t len = strlen(word);
    if (strncmp(text, word, len) != 0) return false;
    *number = text[len] == ':' ? strtol(text + len + 1, NULL, 10) : 0;
    return true;
}

static void add_step(struct line *line, char *text) {
    if (line->count == STEPS) return;
    long number, times = 1;
    struct step step = {0};
    char *repeat = strrchr(text, 'x');
    if (repeat) times = strtol(repeat + 1, NULL, 10);
    if (is_word(text, "hang", &number))
        step.hang = true;
    else if (is_word(text, "close", &number))
        step.close = true;
    else if (is_word(text, "slow", &number))
        step.slow_ms = number;
    else {
        char *end;
        step.status = (int)strtol(text, &end, 10);
        if (*end == ':') step.retry_after = (int)strtol(end + 1, NULL, 10);
    }
    line->steps[line->count].step = step;
    line->steps[line->count++].times = times;
}

static void add_line(char *text) {
    char *rest, *word = strtok_r(text, " \t\r\n", &rest);
    if (!word || *word == '#' || line_count == LINES) return;
    struct line *line = &lines[line_count++];
    *line = (struct line){0};
    snprintf(line->prefix, sizeof line->prefix, "%s", word);
    while ((word = strtok_r(NULL, " \t\r\n", &rest)) && *word != '#') {
        if (strcmp(word, "fail") != 0)
            add_step(line, word);
        else if ((word = strtok_r(NULL, " \t\r\n", &rest)))
            sscanf(word, "%d/%d", &line->fail, &line->of);
    }
}

void script_follow(const char *path, bool again) {
    struct stat now;
    char text[4096];
    if (!path || stat(path, &now) != 0) return;
    if (!again && now.st_size == read_size && now.st_mtim.tv_sec == read_at.tv_sec &&
        now.st_mtim.tv_nsec == read_at.tv_nsec)
        return;
    FILE *file = fopen(path, "r");
    if (!file) return;
    line_count = 0;
    while (fgets(text, sizeof text, file)) add_line(text);
    fclose(file);
    read_at = now.st_mtim;
    read_size = now.st_size;
}

static struct step line_next(struct line *line) {
    long n = line->asked++;
    if (line->of && n % line->of >= line->of - line->fail) return (struct step){.status = 500};
    for (int i = 0; i < line->count; i++) {
        if (n < line->steps[i].times || i == line->count - 1) return line->steps[i].step;
        n -= line->steps[i].times;
    }
    return (struct step){0};
}

struct step script_next(const char *path) {
    for (int i = 0; i < line_count; i++)
        if (strncmp(path, lines[i].prefix, strlen(lines[i].prefix)) == 0)
            return line_next(&lines[i]);
    return (struct step){0};
}
