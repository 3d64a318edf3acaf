// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#include "CWipingAllocator.h"

#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>

// The library's own, under the names that it exports for whoever replaces the others.
extern void __libc_free(void *);
extern void *__libc_realloc(void *, size_t);

// Written once, before there are other threads.
static int wipes;

// Recognisable, should anybody ever use memory that is freed.
static const int filler = 0xA5;

int coffer_wipe_freed_memory(void) {
    wipes = 1;
    return 1;
}

// mallopt(M_PERTURB) would not do: blocks of up to 1,032 bytes go into a cache of their thread, and glibc
// (2.36) does not fill those.
void free(void *block) {
    if (wipes && block) memset(block, filler, malloc_usable_size(block));
    __libc_free(block);
}

void *realloc(void *block, size_t count) {
    if (!wipes || !block) return __libc_realloc(block, count);
    if (count == 0) {
        free(block);
        return NULL;
    }
    size_t had = malloc_usable_size(block);
    if (count <= had && count >= had / 2) return block;
    // Always another block: the library would free the old one, or give back its end, as it is.
    void *other = malloc(count);
    if (!other) return NULL;
    memcpy(other, block, count < had ? count : had);
    free(block);
    return other;
}
#else
int coffer_wipe_freed_memory(void) { return 0; }
#endif
