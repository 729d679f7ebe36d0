#include "flow/judge.h"

#include "base/mem.h"

struct judge_here {
    struct judge judge;
    struct rules *rules;
    struct evaluator *evaluator;
    struct pulse pulse; /* nobody looks */
    char *request, *answer;
};

static bool submit(struct judge *judge, struct batch *batch, struct diag *diag) {
    struct judge_here *here = (struct judge_here *)judge;
    struct request_head head = {.from = {0, 0, CURSOR_NONE}};
    while (head.from.record != CURSOR_NONE) {
        struct wire_out request = {.at = here->request, .room = REQUEST_ROOM};
        struct wire_out answer = {.at = here->answer, .room = ANSWER_ROOM};
        batch_put(batch, &head, &request);
        evaluator_judge(here->evaluator, wire_written(&request), &answer, &here->pulse);
        if (!batch_read(batch, wire_written(&answer), here->rules, &head.from))
            return diag_set(diag, "the answer of the rules is damaged");
    }
    return true;
}

static bool wait(struct judge *judge, struct batch *batch, struct diag *diag) {
    (void)judge, (void)batch, (void)diag;
    return true;
}

static void release(struct judge *judge) {
    struct judge_here *here = (struct judge_here *)judge;
    evaluator_free(here->evaluator);
    mem_free(here->request);
    mem_free(here->answer);
    mem_free(here);
}

struct judge *judge_here(struct rules *rules) {
    struct judge_here *here = mem_alloc(sizeof *here);
    here->judge = (struct judge){submit, wait, release};
    here->rules = rules;
    here->evaluator = evaluator_new(rules);
    here->request = mem_alloc(REQUEST_ROOM);
    here->answer = mem_alloc(ANSWER_ROOM);
    return &here->judge;
}
