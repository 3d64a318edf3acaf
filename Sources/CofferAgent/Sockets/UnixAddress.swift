// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The address of a Unix socket, as system calls take it (unix(7)).
struct UnixAddress {
    /// The longest name that fits into `sockaddr_un` with its zero: 107 bytes on Linux, 103 on Darwin.
    static let longestByteCount = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    private var address = sockaddr_un()
    private var byteCount = MemoryLayout<sockaddr_un>.size

    /// The address of a name in the file system; nil for one that can't be any.
    init?(_ path: String) {
        guard (1...Self.longestByteCount).contains(path.utf8.count), !path.utf8.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    }

    /// The address of a name that is in no file system; nil for one that can't be any.
    ///
    /// Linux has such names.
    init?(abstract name: String) {
        guard (1...Self.longestByteCount).contains(name.utf8.count), !name.utf8.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        // A zero comes before it, and none behind it: the length says where it ends.
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            UnsafeMutableRawBufferPointer(rebasing: path[1...]).copyBytes(from: name.utf8)
        }
        byteCount = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path) + 1 + name.utf8.count
    }

    /// Passes the address to a system call.
    func callAsFunction<Result>(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(byteCount)) }
        }
    }

    /// Makes a socket for a stream that children don't inherit; its number is negative if there is none, and `errno` says why.
    static func makeStream() -> Int32 {
        #if canImport(Darwin)
        make(SOCK_STREAM)
        #else
        make(Int32(SOCK_STREAM.rawValue))
        #endif
    }

    /// Makes a socket for datagrams, likewise.
    static func makeDatagram() -> Int32 {
        #if canImport(Darwin)
        make(SOCK_DGRAM)
        #else
        make(Int32(SOCK_DGRAM.rawValue))
        #endif
    }

    private static func make(_ kind: Int32) -> Int32 {
        let number = socket(AF_UNIX, kind, 0)
        if number >= 0 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        return number
    }
}
