/* What is known by its looks alone, wherever it stands in a text: ids of accounts and keys,
 * addresses; and what stands for it in documentation. For model/mask.c. */
#ifndef MODEL_MASK_TOKEN_H
#define MODEL_MASK_TOKEN_H

#include "base/arena.h"

enum mask_kind {
    MASK_PERSON, /* is not known by its looks */
    MASK_EMAIL,
    MASK_UUID,
    MASK_CANONICAL, /* the 64 hex digits by which S3 knows an account */
    MASK_ACCESS_KEY,
    MASK_PRINCIPAL,
    MASK_ADDRESS6,
    MASK_ADDRESS,
    MASK_PRIVATE, /* address: private ones stay private */
    MASK_HOST,    /* ip-10-0-0-1 and ec2-203-0-113-7: a name that holds an address */
    MASK_ACCOUNT,
    MASK_KINDS,
};

/* The length of the token that begins at byte `at`, 0 where there is none. `versions`: what looks
 * like an address behind a slash is a version. */
size_t mask_token(struct str text, size_t at, bool versions, enum mask_kind *kind);

/* What stands for the n-th (from 0) different one of its kind; a key or principal keeps its prefix. */
char *mask_make(struct arena *arena, enum mask_kind kind, struct str from, size_t n);

bool mask_is_word(struct str text, size_t at); /* a letter or digit stands there */

#endif
