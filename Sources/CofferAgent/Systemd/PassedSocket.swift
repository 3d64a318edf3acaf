// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A socket that a service manager made and passed on, as sd_listen_fds(3) has it: `LISTEN_PID`, `LISTEN_FDS`, `LISTEN_FDNAMES`.
package struct PassedSocket: Sendable, Equatable {
    /// The name of the one that answers tickets only; any other name is the agent's own (`FileDescriptorName=`).
    package static let ticketName = "tickets"

    /// The first descriptor that is passed.
    private static let first: Int32 = 3

    /// The descriptor; children don't inherit it.
    let number: Int32
    /// The name that the manager gave it.
    package let name: String
    /// The socket's name, from the root.
    package let path: String

    /// The sockets that were passed to this process; none where they were meant for another one.
    ///
    /// The variables are taken out of the environment, so that no child takes them for its own.
    ///
    /// - Parameter environment: Where variables are looked up.
    /// - Returns: two at most.
    /// - Throws: ``AgentError`` `cannot_listen` for anything but Unix sockets in the file system that listen, and for more than one of a kind.
    package static func take(_ environment: [String: String]) throws(AgentError) -> [PassedSocket] {
        defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"] { unsetenv(name) } }
        guard environment["LISTEN_PID"] == "\(getpid())", let text = environment["LISTEN_FDS"], let count = Int32(text),
            count > 0
        else { return [] }
        guard count <= 2 else {
            throw refusal("\(count) sockets were passed; there is one of the agent's own, and one for tickets")
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        var all: [PassedSocket] = []
        for index in 0..<count {
            let number = first + index
            guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0, let path = listeningPath(number) else {
                throw refusal("descriptor \(number) that was passed is no Unix socket in the file system that listens")
            }
            let name = names.indices.contains(Int(index)) ? String(names[Int(index)]) : ""
            all.append(PassedSocket(number: number, name: name, path: path))
        }
        guard all.count(where: { $0.isForTickets }) <= 1, all.count(where: { !$0.isForTickets }) <= 1 else {
            throw refusal("two sockets of one kind were passed; the one for tickets has the name \(ticketName)")
        }
        return all
    }

    /// Whether it answers tickets only.
    package var isForTickets: Bool { name == Self.ticketName }

    /// Where a socket listens; nil for one that does not, or is of another family.
    private static func listeningPath(_ number: Int32) -> String? {
        var listens: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &byteCount) == 0, listens != 0 else { return nil }
        var address = sockaddr_un()
        byteCount = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &byteCount) }
        }
        guard status == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        let path = withUnsafeBytes(of: &address.sun_path) { bytes in
            String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard let path, path.hasPrefix("/") else { return nil }
        return path
    }

    private static func refusal(_ message: String) -> AgentError { AgentError(.cannotListen, message) }
}
