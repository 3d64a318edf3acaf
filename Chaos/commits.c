// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

// The death of a program under test right after one of its commits: preloaded, it sends the program SIGKILL once as many commits as
// COFFER_CHAOS_COMMITS says have been made, in a vault's file or database. Without the number it does nothing.
//
// SQLite makes a commit durable by one fdatasync of the log (https://sqlite.org/wal.html; `synchronous = FULL`). What is synced
// without a frame written before is none: the 32 bytes that a log begins anew with, and what is synced again before a checkpoint.
//
// A database makes it when it is told to by a message of its own (https://www.postgresql.org/docs/current/protocol-message-formats.html,
// "Query"), and has made it when it answers. What ends a transaction that only reads is none. COFFER_CHAOS_STOP_AFTER stops the program
// (SIGSTOP) after so many commits in a database, COFFER_CHAOS_STOP_BEFORE before that one is sent: nothing is locked by a stopped
// program then but what it means to keep locked.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FILES = 4096 };

static int (*machine_sync)(int);
static ssize_t (*machine_write)(int, const void *, size_t, off64_t);
static ssize_t (*machine_send)(int, const void *, size_t, int);
static atomic_long left, stop_before, stop_after;
static atomic_bool has_frames;
// The sockets over which something is being written into a database.
static atomic_bool writes[MOST_FILES];

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

__attribute__((constructor)) static void begin(void) {
    machine_sync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    machine_write = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    machine_send = (ssize_t (*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
    atomic_store(&left, number("COFFER_CHAOS_COMMITS"));
    atomic_store(&stop_before, number("COFFER_CHAOS_STOP_BEFORE"));
    atomic_store(&stop_after, number("COFFER_CHAOS_STOP_AFTER"));
}

static int is_last(atomic_long *count) { return atomic_load(count) > 0 && atomic_fetch_sub(count, 1) == 1; }

static void committed(void) {
    if (is_last(&left)) kill(getpid(), SIGKILL);
}

static int is_log(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path);
    return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
    if (!machine_write) begin();
    if (place > 0 && atomic_load(&left) > 0 && is_log(file)) atomic_store(&has_frames, 1);
    return machine_write(file, bytes, count, place);
}

int fdatasync(int file) {
    if (!machine_sync) begin();
    int status = machine_sync(file);
    if (status == 0 && atomic_load(&left) > 0 && is_log(file) && atomic_exchange(&has_frames, 0)) committed();
    return status;
}

// The letter, the length and the text of a query, each as it is sent: the text ends with a zero, which is that of the literal here.
static const char commit[] = "Q\0\0\0\vCOMMIT";
static const char transaction[] = "BEGIN ISOLATION LEVEL ";
static const char writing[] = " READ WRITE";
enum { BEGINNING = 128 };

// A transaction begins by a query, or by the first of several statements (libpq's pipeline mode): its text is near the beginning in both.
static void look_for_beginning(int file, const char *bytes, size_t count) {
    if (count > BEGINNING) count = BEGINNING;
    const char *found = memmem(bytes, count, transaction, sizeof transaction - 1);
    if (!found) return;
    int is_writing = memmem(found, count - (size_t)(found - bytes), writing, sizeof writing - 1) != NULL;
    atomic_store(&writes[file], is_writing);
}

static int is_commit(int file, const char *bytes, size_t count) {
    if (file < 0 || file >= MOST_FILES) return 0;
    look_for_beginning(file, bytes, count);
    return count == sizeof commit && memcmp(bytes, commit, sizeof commit) == 0 && atomic_exchange(&writes[file], 0);
}

ssize_t send(int file, const void *bytes, size_t count, int flags) {
    if (!machine_send) begin();
    int counts = atomic_load(&left) > 0 || atomic_load(&stop_before) > 0 || atomic_load(&stop_after) > 0;
    if (!counts || !is_commit(file, bytes, count)) return machine_send(file, bytes, count, flags);
    // By raise(3) this very thread stops before it goes on.
    if (is_last(&stop_before)) raise(SIGSTOP);
    ssize_t sent = machine_send(file, bytes, count, flags);
    if (sent != (ssize_t)count) return sent;
    struct pollfd answer = {.fd = file, .events = POLLIN};
    while (poll(&answer, 1, -1) < 0 && errno == EINTR) continue;
    committed();
    if (is_last(&stop_after)) raise(SIGSTOP);
    return sent;
}
