// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The place of the agent's socket, which one agent has at a time.
///
/// ```
/// FOLDER            0700, this user's, and nobody else may rename what is above it
///   agent.sock      0600, the socket
///   agent.sock.lock 0600, empty; locked (flock(2)) for as long as the agent lives, and never removed
/// ```
///
/// The lock and not the socket says whether an agent lives: a socket stays behind when its agent is killed, the lock does not.
package final class AgentSocket: Sendable {
    /// The longest name that fits into `sockaddr_un` with its zero: 107 bytes on Linux (unix(7)), 103 on Darwin.
    static let longestByteCount = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// The socket's name, from the root.
    package let path: String
    private let lock: Int32

    /// Takes the place, and removes the socket that a dead agent has left there.
    ///
    /// - Throws: ``AgentError`` `agent_running`, `cannot_listen`, `usage`; `VaultError` `unsafe_permissions` for a folder that is
    ///   not to be trusted.
    package init(claiming path: String) throws {
        guard path.utf8.count <= Self.longestByteCount, !path.utf8.contains(0) else {
            throw AgentError(
                .usage,
                "the name of a socket has at most \(Self.longestByteCount) bytes; name a shorter one with --socket")
        }
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try PrivateFolder.prepare("/" + folder)
        self.path = path
        lock = open(path + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw Self.failure("open", path + ".lock") }
        // From here on `deinit` closes it, which gives the lock back.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw Self.failure("lock", path + ".lock") }
            throw AgentError(
                .running, "an agent serves at \(path) already; stop it first, or name another place with --socket")
        }
        try Self.clear(path)
    }

    deinit { if lock >= 0 { close(lock) } }

    /// Closes the socket to all users but this one: bind(2) goes by the process's umask.
    func makePrivate() { chmod(path, 0o600) }

    /// Takes the socket away, so that clients see at once that nobody serves.
    func remove() { unlink(path) }

    private static func clear(_ path: String) throws {
        switch PrivateFolder.occupant(of: path) {
        case .nothing: return
        case .socket: break
        case .other:
            throw AgentError(
                .cannotListen, "\(path) is there and is no socket; remove it, or name another place with --socket")
        }
        guard !answers(path) else {
            throw AgentError(.running, "another program serves at \(path) already; stop it first")
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Whether somebody accepts connections there; whoever is too busy to do it now counts.
    private static func answers(_ path: String) -> Bool {
        #if canImport(Darwin)
        let number = socket(AF_UNIX, SOCK_STREAM, 0)
        #else
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard number >= 0 else { return true }
        defer { close(number) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }

    private static func failure(_ verb: String, _ path: String) -> AgentError {
        AgentError(.cannotListen, "could not \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
