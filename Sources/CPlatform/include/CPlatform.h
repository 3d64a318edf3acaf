// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
//
// Calls that Swift cannot make itself: variadic ones, those behind _GNU_SOURCE, and
// those whose constants are an enum on one system and an int on another.

#ifndef COFFER_PLATFORM_H
#define COFFER_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

// Makes the process not dumpable (no ptrace by the same user, no core file) and
// sets the core limit to zero. Returns 0, or the errno of the first failure.
int coffer_forbid_core_files(void);

// Sets the core limit to what it was before coffer_forbid_core_files was called first, for a child to inherit; the
// process stays as little dumpable as it is. Returns 0, or the errno.
int coffer_restore_core_limit(void);

// Whether a crash of this process could leave a core file or be traced by the same user:
// 1 or 0; 0 also where the system has no such notion.
int coffer_is_dumpable(void);

// Takes a lock on one byte without waiting, exclusive or shared, owned by the open file description
// (F_OFD_SETLK, fcntl(2)). Returns 0, or the errno: EAGAIN or EACCES if somebody has it.
int coffer_try_lock_byte(int descriptor, int64_t offset, int exclusive);

// Gives back every lock of the open file description, also where a child that was forked and has not called execve(2) yet
// has a copy of the descriptor, for which closing it here would not be enough. Returns 0, or the errno.
int coffer_unlock(int descriptor);

// Finds a byte from *offset on, below limit, that another open file description holds a lock on: not the first one, but
// any (F_OFD_GETLK, fcntl(2)). Returns 1 and its place in *offset, 0 if there is none, or
// the negated errno.
int coffer_find_locked_byte(int descriptor, int64_t *offset, int64_t limit);

// Whether a path lies on a network file system: 1 or 0; 0 also if that can't be told.
int coffer_is_on_network(const char *path);

// Whether the process may write a file or in a folder, by its effective ids: 0, or the errno, EROFS among them.
int coffer_may_write(const char *path);

// Opens a pseudo terminal (pty(7)), closed on exec, and writes the name of its other end, with the zero. Returns the
// descriptor, or -1 and sets errno.
int coffer_open_terminal(char *name, size_t size);

// The environment, each as NAME=value, and a null pointer at the end (environ(7)): the memory itself, for no other thread to
// set variables in meanwhile.
char **coffer_environment(void);

#ifdef __linux__
// Whether a file system's magic number (statfs(2)) is that of one on a network.
int coffer_is_network_magic(uint32_t magic);
#endif

// Counters in a file that several processes have mapped. Swift's atomics can't be laid over memory that somebody else
// allocated.

// Maps the beginning of a file for reading and writing. Returns NULL and sets errno on failure. The file must be that
// large.
void *coffer_map_counters(int descriptor, int64_t byte_count);

// Takes the mapping back.
void coffer_unmap_counters(void *page, int64_t byte_count);

// Reads the counter at an index, sequentially consistent as all of these.
uint64_t coffer_counter_load(const void *page, int index);

// Puts `desired` in the place of `expected`. Returns 1, or 0 if the counter has another value.
int coffer_counter_exchange(void *page, int index, uint64_t expected, uint64_t desired);

// Adds to the counter, wrapping.
void coffer_counter_add(void *page, int index, uint64_t amount);

// Seconds of a clock that never goes back and costs no system call (CLOCK_MONOTONIC_COARSE where there is one).
int64_t coffer_coarse_seconds(void);

// The wall clock's seconds since 1970, whole ones: a tenth of the cost of the exact time. They may lie one behind just
// after they change.
int64_t coffer_wall_seconds(void);

// The number of the calling thread, from 0, in the order in which threads first asked: Swift has no variables of a thread.
uint32_t coffer_thread_number(void);

// Nanoseconds since the machine started, suspended or not: the same in all processes of a machine.
uint64_t coffer_machine_nanoseconds(void);

#endif
