// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOSSL
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The certificate authorities that the system believes, read once in a process and again when their file has changed.
///
/// Where each account has a host of its own a client is made for almost every request, and each would parse the file anew: about
/// 16 ms, longer than ten times amoCRM's pace leaves for a request.
final class SystemRoots: Sendable {
    /// What a client believes.
    struct Trust: Sendable, Equatable {
        /// Instead of the library's own choice.
        let roots: NIOSSLTrustRoots
        /// Beside it.
        let further: [NIOSSLAdditionalTrustRoots]
    }

    /// Tells a file from another of the name, and from itself after a change.
    private struct Identity: Equatable {
        let numbers: [Int64]

        init(_ status: stat) {
            #if os(Linux)
            numbers = [
                Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino),
                Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
                Int64(status.st_ctim.tv_sec), Int64(status.st_ctim.tv_nsec),
            ]
            #else
            numbers = []
            #endif
        }
    }

    private struct Kept {
        let path: String
        let identity: Identity
        let certificates: [NIOSSLCertificate]
    }

    /// Those of this system, where the library looks for them on Linux.
    static let shared = SystemRoots(
        files: ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"], folder: "/etc/ssl/certs")

    private let files: [String]
    private let folder: String
    private let kept = Mutex<Kept?>(nil)

    /// Roots that lie in the first of these files that there is, and by their hashes in a folder.
    init(files: [String], folder: String) {
        self.files = files
        self.folder = folder
    }

    /// What a client of now believes: no more and no less than by default.
    ///
    /// Elsewhere than on Linux, and where the file is not there or not what it should be, the library chooses.
    func trust() -> Trust {
        #if os(Linux)
        guard let certificates = certificates() else { return Trust(roots: .default, further: []) }
        guard let status = Self.status(of: folder), status.st_mode & S_IFMT == S_IFDIR else {
            return Trust(roots: .certificates(certificates), further: [])
        }
        // Looked into only for what the file does not have.
        return Trust(roots: .file(folder), further: [.certificates(certificates)])
        #else
        return Trust(roots: .default, further: [])
        #endif
    }

    /// What tells the authorities of now from those of before, so that no client outlives an authority that was removed.
    func identity() -> [Int64] {
        var statuses: [stat] = []
        for path in files {
            guard let status = Self.status(of: path), status.st_mode & S_IFMT == S_IFREG else { continue }
            statuses.append(status)
            break
        }
        if let status = Self.status(of: folder) { statuses.append(status) }
        return statuses.flatMap { Identity($0).numbers }
    }

    private func certificates() -> [NIOSSLCertificate]? {
        for path in files {
            guard let status = Self.status(of: path), status.st_mode & S_IFMT == S_IFREG else { continue }
            let identity = Identity(status)
            return kept.withLock { kept in
                if let kept, kept.path == path, kept.identity == identity { return kept.certificates }
                // Of a file that changes meanwhile the identity is the old one, so that it is read again.
                guard let read = try? NIOSSLCertificate.fromPEMFile(path), !read.isEmpty else { return nil }
                kept = Kept(path: path, identity: identity, certificates: read)
                return read
            }
        }
        return nil
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}
