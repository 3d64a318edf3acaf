// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Puts errors of system calls into our words.
package enum SystemFailure {
    /// The error for an `errno` value.
    package static func error(_ number: Int32, _ verb: String, _ path: String) -> VaultError {
        switch number {
        case ENOENT, ENOTDIR: VaultError(.missing, "there is no file \(path)")
        case ENOSPC, EDQUOT, EFBIG: VaultError(.diskFull, "there is no room on the disk to \(verb) \(path)")
        case EACCES, EPERM: VaultError(.unreadable, "the system does not allow to \(verb) \(path)")
        case EROFS: VaultError(.unreadable, "\(path) is on a disk that can't be written")
        case ELOOP: VaultError(.unsafePermissions, "\(path) is a symbolic link; name the file itself")
        default: VaultError(.unreadable, "could not \(verb) \(path): \(String(cString: strerror(number)))")
        }
    }
}
