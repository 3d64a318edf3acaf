// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/statfs.h>
#else
#include <sys/mount.h>
#include <sys/param.h>
#define F_OFD_SETLK 90
#endif

int coffer_forbid_core_files(void) {
    // prctl(2): dumpability is inherited across fork but reset by execve, so a
    // child that Coffer starts is unaffected; the limit is inherited.
#ifdef __linux__
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
#endif
    struct rlimit none = {0, 0};
    struct rlimit now;
    if (getrlimit(RLIMIT_CORE, &now) == 0) none.rlim_max = now.rlim_max;
    if (setrlimit(RLIMIT_CORE, &none) != 0) return errno;
    return 0;
}

int coffer_try_lock_byte(int descriptor, int64_t offset) {
    struct flock request = {0};
    request.l_type = F_WRLCK;
    request.l_whence = SEEK_SET;
    request.l_start = (off_t)offset;
    request.l_len = 1;
    return fcntl(descriptor, F_OFD_SETLK, &request) == 0 ? 0 : errno;
}

int coffer_is_on_network(const char *path) {
    struct statfs status;
    if (statfs(path, &status) != 0) return 0;
#ifdef __linux__
    // The magic numbers of statfs(2).
    switch ((uint32_t)status.f_type) {
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
#else
    return (status.f_flags & MNT_LOCAL) == 0;
#endif
}
