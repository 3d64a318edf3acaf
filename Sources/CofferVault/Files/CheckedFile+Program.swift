// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension CheckedFile {
    /// Judges a program before it is started: who can replace it decides what is run with our rights.
    ///
    /// Unlike a file that is read, it may be named by symbolic links, as those of packages are; what they lead to
    /// must be a regular file of this user or of root that nobody else can write, in folders that nobody else can.
    ///
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/unsafePermissions``.
    package static func checkProgram(_ path: String) throws(VaultError) {
        guard let resolved = realpath(path, nil) else { throw SystemFailure.error(errno, "run", path) }
        defer { free(resolved) }
        let file = String(cString: resolved)
        var status = stat()
        guard lstat(file, &status) == 0 else { throw SystemFailure.error(errno, "run", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw VaultError(.unsafePermissions, "\(path) is not a regular file")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw VaultError(.unsafePermissions, "\(path) belongs to another user")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw VaultError(.unsafePermissions, "\(path) can be written by others; run: chmod go-w \(path)")
        }
        guard access(file, X_OK) == 0 else {
            throw VaultError(.unsafePermissions, "\(path) may not be run; run: chmod u+x \(path)")
        }
        try checkFolders(above: file)
    }
}
