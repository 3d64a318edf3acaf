// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
//
// Calls that Swift cannot make itself: variadic ones, those behind _GNU_SOURCE, and
// those whose constants are an enum on one system and an int on another.

#ifndef COFFER_PLATFORM_H
#define COFFER_PLATFORM_H

#include <stdint.h>

// Makes the process not dumpable (no ptrace by the same user, no core file) and
// sets the core limit to zero. Returns 0, or the errno of the first failure.
int coffer_forbid_core_files(void);

// Takes a write lock on one byte without waiting, owned by the open file description
// (F_OFD_SETLK, fcntl(2)). Returns 0, or the errno: EAGAIN or EACCES if somebody has it.
int coffer_try_lock_byte(int descriptor, int64_t offset);

// Whether a path lies on a network file system: 1 or 0; 0 also if that can't be told.
int coffer_is_on_network(const char *path);

#endif
