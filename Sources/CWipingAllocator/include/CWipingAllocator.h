// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
//
// Linking this into a program replaces the C library's free(3) and realloc(3), where that library is glibc. They do what
// they always do until the program asks for more: see docs/decisions/0009-memory.md.

#ifndef COFFER_WIPING_ALLOCATOR_H
#define COFFER_WIPING_ALLOCATOR_H

// Has every block of memory overwritten when it is freed or outgrown, from now on, so that no copy of a secret that
// somebody else made outlives its use. To be called before there are other threads. Returns 1, or 0 where the C library
// is another one and nothing changes.
int coffer_wipe_freed_memory(void);

#endif
