// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/statfs.h>
#else
#include <crt_externs.h>
#include <sys/mount.h>
#include <sys/param.h>
#define F_OFD_SETLK 90
#define F_OFD_GETLK 92
#endif

// The limit on core files as it was when we began, for a child that is the user's own.
static struct rlimit core_limit_before;
static int core_limit_is_known;

int coffer_forbid_core_files(void) {
    // prctl(2): dumpability is inherited across fork but reset by execve, so a
    // child that Coffer starts is unaffected; the limit is inherited.
#ifdef __linux__
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
#endif
    struct rlimit none = {0, 0};
    struct rlimit now;
    if (getrlimit(RLIMIT_CORE, &now) == 0) {
        none.rlim_max = now.rlim_max;
        if (!core_limit_is_known) core_limit_before = now;
        core_limit_is_known = 1;
    }
    if (setrlimit(RLIMIT_CORE, &none) != 0) return errno;
    return 0;
}

int coffer_restore_core_limit(void) {
    if (!core_limit_is_known) return 0;
    return setrlimit(RLIMIT_CORE, &core_limit_before) == 0 ? 0 : errno;
}

int coffer_is_dumpable(void) {
#ifdef __linux__
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
#else
    return 0;
#endif
}

int coffer_try_lock_byte(int descriptor, int64_t offset, int exclusive) {
    struct flock request = {0};
    request.l_type = exclusive ? F_WRLCK : F_RDLCK;
    request.l_whence = SEEK_SET;
    request.l_start = (off_t)offset;
    request.l_len = 1;
    return fcntl(descriptor, F_OFD_SETLK, &request) == 0 ? 0 : errno;
}

int coffer_unlock(int descriptor) {
    struct flock request = {0};
    request.l_type = F_UNLCK;
    request.l_whence = SEEK_SET;
    return fcntl(descriptor, F_OFD_SETLK, &request) == 0 ? 0 : errno;
}

int coffer_find_locked_byte(int descriptor, int64_t *offset, int64_t limit) {
    struct flock request = {0};
    request.l_type = F_WRLCK;
    request.l_whence = SEEK_SET;
    request.l_start = (off_t)*offset;
    request.l_len = (off_t)(limit - *offset);
    if (fcntl(descriptor, F_OFD_GETLK, &request) != 0) return -errno;
    if (request.l_type == F_UNLCK) return 0;
    *offset = (int64_t)request.l_start;
    return 1;
}

#ifdef __linux__
int coffer_is_network_magic(uint32_t magic) {
    switch (magic) {
    case 0x6969:      // nfs
    case 0x517B:      // smb
    case 0xFF534D42:  // cifs
    case 0xFE534D42:  // smb2
    case 0x5346414F:  // afs
    case 0x01021997:  // 9p
    case 0x00C36400:  // ceph
        return 1;
    default:
        return 0;
    }
}
#endif

int coffer_is_on_network(const char *path) {
    struct statfs status;
    if (statfs(path, &status) != 0) return 0;
#ifdef __linux__
    return coffer_is_network_magic((uint32_t)status.f_type);
#else
    return (status.f_flags & MNT_LOCAL) == 0;
#endif
}

int coffer_may_write(const char *path) {
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

_Static_assert(sizeof(_Atomic uint64_t) == sizeof(uint64_t), "a counter is eight bytes");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a lock inside one process would not hold between processes");

void *coffer_map_counters(int descriptor, int64_t byte_count) {
    void *page = mmap(NULL, (size_t)byte_count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return page == MAP_FAILED ? NULL : page;
}

void coffer_unmap_counters(void *page, int64_t byte_count) { munmap(page, (size_t)byte_count); }

uint64_t coffer_counter_load(const void *page, int index) {
    return atomic_load((const _Atomic uint64_t *)page + index);
}

int coffer_counter_exchange(void *page, int index, uint64_t expected, uint64_t desired) {
    return atomic_compare_exchange_strong((_Atomic uint64_t *)page + index, &expected, desired);
}

void coffer_counter_add(void *page, int index, uint64_t amount) {
    atomic_fetch_add((_Atomic uint64_t *)page + index, amount);
}

int64_t coffer_coarse_seconds(void) {
    struct timespec now;
#ifdef CLOCK_MONOTONIC_COARSE
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
#else
    clock_gettime(CLOCK_MONOTONIC, &now);
#endif
    return (int64_t)now.tv_sec;
}

int64_t coffer_wall_seconds(void) { return (int64_t)time(NULL); }

uint32_t coffer_thread_number(void) {
    static _Atomic uint32_t threads;
    // One more than the number, as it is 0 in the beginning.
    static _Thread_local uint32_t own;
    if (own == 0) own = atomic_fetch_add(&threads, 1) + 1;
    return own - 1;
}

uint64_t coffer_machine_nanoseconds(void) {
    struct timespec now;
#ifdef CLOCK_BOOTTIME
    clock_gettime(CLOCK_BOOTTIME, &now);
#else
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
#endif
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int coffer_open_terminal(char *name, size_t size) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0) return -1;
    int number = 0;
    const char *other = NULL;
    if (fcntl(master, F_SETFD, FD_CLOEXEC) != 0 || grantpt(master) != 0 || unlockpt(master) != 0) number = errno;
    // Its answer is one for all threads; nobody else here opens terminals.
    if (!number && !(other = ptsname(master))) number = errno;
    if (!number && strlen(other) >= size) number = ENAMETOOLONG;
    if (number) {
        close(master);
        errno = number;
        return -1;
    }
    memcpy(name, other, strlen(other) + 1);
    return master;
}

char **coffer_environment(void) {
#ifdef __APPLE__
    return *_NSGetEnviron();
#else
    return environ;
#endif
}
