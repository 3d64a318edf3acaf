// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
//
// Counts the bytes that one thread holds on the heap: libFuzzer's own limit on allocations needs AddressSanitizer's
// hooks, and with AddressSanitizer ten million executions take three times as long. Only where the C library is glibc.
#include "CAllocations.h"

static __thread int counting;
static __thread long long held, most;

void coffer_allocations_begin(void) {
    held = most = 0;
    counting = 1;
}

size_t coffer_allocations_end(void) {
    counting = 0;
    return most > 0 ? (size_t)most : 0;
}

#if defined(__GLIBC__) || defined(__linux__)
#include <errno.h>
#include <malloc.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static void *gained(void *block) {
    if (counting && block) {
        held += (long long)malloc_usable_size(block);
        if (held > most) most = held;
    }
    return block;
}

static void lost(void *block) {
    if (counting && block) held -= (long long)malloc_usable_size(block);
}

void *malloc(size_t size) { return gained(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return gained(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return gained(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return gained(__libc_memalign(alignment, size)); }

void free(void *block) {
    lost(block);
    __libc_free(block);
}

void *realloc(void *block, size_t size) {
    lost(block);
    return gained(__libc_realloc(block, size));
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    *block = gained(__libc_memalign(alignment, size));
    return *block ? 0 : ENOMEM;
}
#endif
