// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Where an agent's socket is, and whether what serves there can be anybody else's.
package struct AgentPlace: Sendable, Hashable {
    /// The longest name that fits into `sockaddr_un` with its zero: 107 bytes on Linux (unix(7)), 103 on Darwin.
    private static let longestByteCount = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// The socket's name, from the root.
    package let path: String

    /// Whether the environment names it, so that an agent is meant to serve there.
    package static func isNamed(_ environment: [String: String]) -> Bool {
        !(environment["COFFER_AGENT_SOCKET"] ?? "").isEmpty
    }

    /// Finds it as the agent does: what is named, before `COFFER_AGENT_SOCKET`, before the runtime folder, before the state folder.
    ///
    /// - Parameters:
    ///   - path: The socket, if the caller names one.
    ///   - environment: Where variables are looked up; an empty one counts as absent.
    /// - Throws: ``CredentialError`` `misconfigured` if there is no folder to derive a default from.
    package init(_ path: String? = nil, environment: [String: String]) throws(CredentialError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func base(_ name: String) -> String? { value(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
        if let path = path ?? value("COFFER_AGENT_SOCKET") {
            self.path = Self.absolute(path)
        } else if let folder = base("XDG_RUNTIME_DIR") {
            self.path = folder + "/coffer/agent.sock"
        } else if let folder = base("XDG_STATE_HOME") ?? base("HOME").map({ $0 + "/.local/state" }) {
            self.path = folder + "/coffer/agent.sock"
        } else {
            throw CredentialError(
                .misconfigured, message: "HOME is not set; name the agent's socket with COFFER_AGENT_SOCKET")
        }
    }

    /// Whether anything stands there; no link is followed.
    package var isOccupied: Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Refuses what others could have put there, as the agent refuses to serve there.
    ///
    /// The socket must be one and this user's, the folder no link and closed to all others, and nobody else may be able to rename
    /// it or one above it. So whoever is spoken to afterwards was let in by this user or by root.
    ///
    /// With a ticket both may be another user's, one and the same: in a container the agent's user is often another. Nobody else may write there,
    /// and no folder above may be one where everybody makes files, as in `/tmp`: there anybody could have made it.
    ///
    /// - Parameter isGuest: Whether there is a ticket.
    /// - Throws: ``CredentialError`` `unavailable` if nothing stands there, `misconfigured`.
    package func confirm(asGuest isGuest: Bool = false) throws(CredentialError) {
        guard path.utf8.count <= Self.longestByteCount, !path.utf8.contains(0) else {
            throw Self.refusal(
                "the name of the agent's socket has more than \(Self.longestByteCount) bytes, or a zero in it")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw Self.refusal("the agent's socket \(path) can't be looked at")
            }
            throw CredentialError(.unavailable, message: "no agent serves at \(path); start one with: coffer agent")
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw Self.refusal("\(path) is no socket") }
        guard isGuest || status.st_uid == geteuid() else {
            throw Self.refusal("the agent's socket \(path) belongs to another user")
        }
        let isForeign = status.st_uid != geteuid() && status.st_uid != 0
        try Self.confirmFolder(
            Self.folder(of: path), of: [status.st_uid, geteuid(), 0], closedTo: isGuest ? 0o022 : 0o077,
            isForeign: isForeign)
    }

    private static func confirmFolder(
        _ folder: String, of owners: Set<uid_t>, closedTo others: mode_t, isForeign: Bool
    ) throws(CredentialError) {
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw refusal("\(folder), where the agent's socket is, is not a folder")
        }
        guard owners.contains(status.st_uid) else {
            throw refusal("\(folder), where the agent's socket is, belongs to another user")
        }
        guard status.st_mode & others == 0 else {
            throw refusal("\(folder), where the agent's socket is, is open to other users; run: chmod 700 \(folder)")
        }
        guard let resolved = realpath(self.folder(of: folder), nil) else {
            throw refusal("the folders above the agent's socket can't be looked at")
        }
        defer { free(resolved) }
        var above = String(cString: resolved)
        while true {
            guard lstat(above, &status) == 0, owners.contains(status.st_uid) else {
                throw refusal("\(above), above the agent's socket, belongs to another user")
            }
            // A sticky folder such as /tmp lets nobody replace another's file, but anybody make one.
            guard status.st_mode & 0o022 == 0 || (status.st_mode & S_ISVTX != 0 && !isForeign) else {
                throw refusal("others can write in \(above), above the agent's socket; run: chmod go-w \(above)")
            }
            if above == "/" { return }
            above = self.folder(of: above)
        }
    }

    private static func refusal(_ message: String) -> CredentialError {
        CredentialError(.misconfigured, message: message)
    }

    /// The folder part of a path from the root.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// A path from the root, without `.` and doubled slashes; no link is followed.
    private static func absolute(_ path: String) -> String {
        var full = path
        if !path.hasPrefix("/"), let current = getcwd(nil, 0) {
            full = String(cString: current) + "/" + path
            free(current)
        }
        return "/" + full.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
