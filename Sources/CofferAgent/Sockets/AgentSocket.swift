// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Synchronization

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
///                   0666 where it answers tickets only
///   agent.sock.lock 0600, empty; locked (flock(2)) for as long as the agent lives, and never removed
///   %2F….lock       0600, the same for a socket that answers tickets only, which lies elsewhere: named after its path
/// ```
///
/// Containers are given the folder of the socket for tickets: whoever could open a lock there, were it for reading alone, could hold it.
///
/// The lock and not the socket says whether an agent lives: a socket stays behind when its agent is killed, the lock does not.
package final class AgentSocket: Sendable {
    /// The socket's name, from the root.
    package let path: String
    /// The descriptor that a service manager passed, until somebody serves on it.
    private let descriptor: Mutex<Int32?>
    /// Whether it was passed, so that it is not this process's to remove.
    private let isPassed: Bool
    private let lock: Int32

    /// Takes the place, and removes the socket that a dead agent has left there.
    ///
    /// - Parameters:
    ///   - path: The socket's name, from the root.
    ///   - server: What serves there, for sentences: "an agent".
    ///   - own: The agent's own socket, whose folder has the lock where others are given this one's.
    /// - Throws: ``AgentError`` `agent_running`, `cannot_listen`, `usage`; `VaultError` `unsafe_permissions` for a folder that is
    ///   not to be trusted.
    package convenience init(
        claiming path: String, for server: String = "an agent", lockedBeside own: AgentSocket? = nil
    ) throws {
        try self.init(path, passed: nil, lock: Self.lockName(path, own), for: server)
        try Self.clear(path)
    }

    /// Takes the place of a socket that a service manager passed, in a folder that is judged in the same way.
    ///
    /// - Parameters:
    ///   - passed: The socket.
    ///   - own: As for one that is claimed.
    /// - Throws: as ``init(claiming:for:lockedBeside:)``.
    package convenience init(_ passed: PassedSocket, lockedBeside own: AgentSocket? = nil) throws {
        try self.init(
            passed.path, passed: passed.number, lock: Self.lockName(passed.path, own), for: "an agent")
    }

    private init(_ path: String, passed: Int32?, lock lockPath: String, for server: String) throws {
        guard UnixAddress(path) != nil else {
            throw AgentError(
                .usage,
                "the name of a socket has at most \(UnixAddress.longestByteCount) bytes; "
                    + "name a shorter one with --socket")
        }
        try PrivateFolder.prepare(Self.folder(of: path))
        self.path = path
        descriptor = Mutex(passed)
        isPassed = passed != nil
        lock = open(lockPath, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw Self.failure("open", lockPath) }
        // From here on `deinit` closes it, which gives the lock back.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw Self.failure("lock", lockPath) }
            throw AgentError(
                .running, "\(server) serves at \(path) already; stop it first, or name another place with --socket")
        }
    }

    /// Refuses the folder of another socket: who is given the folder would have both.
    ///
    /// - Throws: ``AgentError`` `usage`.
    package func confirm(apartFrom other: AgentSocket) throws {
        guard try !Self.isSameFolder(path, other.path) else {
            throw AgentError(
                .usage, "a socket for tickets lies in a folder of its own, as whoever is given the folder has all in it"
            )
        }
    }

    /// The descriptor to serve on, once; nil where the socket is to be bound.
    ///
    /// Whoever takes it closes it.
    func takeDescriptor() -> Int32? {
        descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
    }

    private static func folder(of path: String) -> String {
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// The lock's name: beside the socket, or beside another one and then after the socket's whole path.
    private static func lockName(_ path: String, _ own: AgentSocket?) -> String {
        guard let own else { return path + ".lock" }
        let name = path.replacing("%", with: "%25").replacing("/", with: "%2F")
        return "\(folder(of: own.path))/\(name).lock"
    }

    /// Whether two names are in one folder, however that is written.
    private static func isSameFolder(_ left: String, _ right: String) throws -> Bool {
        guard let isSame = PrivateFolder.isSame(folder(of: left), folder(of: right)) else {
            throw failure("look at", "\(folder(of: left)) or \(folder(of: right))")
        }
        return isSame
    }

    deinit { if lock >= 0 { close(lock) } }

    /// Closes the socket to all users but this one: bind(2) goes by the process's umask.
    package func makePrivate() { chmod(path, 0o600) }

    /// Opens the socket to whoever is let into its folder, or given it: a container's processes are often another user's.
    func makePublic() { chmod(path, 0o666) }

    /// Takes the socket away, so that clients see at once that nobody serves.
    ///
    /// One that was passed stays: whoever connects waits for the next agent.
    package func remove() { if !isPassed { unlink(path) } }

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
        let number = UnixAddress.makeStream()
        guard number >= 0, let address = UnixAddress(path) else { return true }
        defer { close(number) }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        let result = address { connect(number, $0, $1) }
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }

    private static func failure(_ verb: String, _ path: String) -> AgentError {
        AgentError(.cannotListen, "could not \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
