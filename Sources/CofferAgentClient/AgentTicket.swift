// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The ticket that a container or a job was given: text in `COFFER_AGENT_TICKET`, or in the file that `COFFER_AGENT_TICKET_FILE` names.
package enum AgentTicket {
    /// The variable that holds a ticket itself; it is for no child of Coffer's.
    package static let variable = "COFFER_AGENT_TICKET"

    /// The variable that names the file of one.
    private static let fileVariable = "COFFER_AGENT_TICKET_FILE"

    /// The longest, in bytes: as long as an agent looks at.
    private static let longest = 128

    /// Whether one is named, whatever is there: then whoever named it wants no more than that is good for.
    package static func isNamed(_ environment: [String: String]) -> Bool {
        [variable, fileVariable].contains { !(environment[$0] ?? "").isEmpty }
    }

    /// Finds it.
    ///
    /// - Parameter environment: Where variables are looked up; an empty one counts as absent.
    /// - Returns: it; nil where none is named.
    /// - Throws: ``CredentialError`` `misconfigured` for a file that can't be read, and for what can be no ticket; it is not repeated.
    package static func find(_ environment: [String: String]) throws(CredentialError) -> Secret? {
        try find(environment) { name in environment[name].map { Secret($0) } }
    }

    /// Finds it where the environment was read without it.
    ///
    /// - Parameters:
    ///   - environment: Where variables are looked up; of the ticket itself only whether it is there.
    ///   - secret: The value of that.
    /// - Returns: it; nil where none is named.
    /// - Throws: ``CredentialError`` `misconfigured`, as ``find(_:)``.
    package static func find(
        _ environment: [String: String], secret: (String) -> Secret?
    ) throws(CredentialError) -> Secret? {
        if !(environment[variable] ?? "").isEmpty { return try checked(secret(variable) ?? Secret(""), variable) }
        guard let path = environment[fileVariable], !path.isEmpty else { return nil }
        return try checked(try contents(of: path), "the file that COFFER_AGENT_TICKET_FILE names")
    }

    /// Takes a text for a ticket, without line breaks at its end.
    ///
    /// - Throws: ``CredentialError`` `misconfigured` for anything that would not stay one header field (RFC 6750 §2.1).
    static func checked(_ text: Secret, _ place: String) throws(CredentialError) -> Secret {
        let ticket = text.withExposedBytes { bytes -> Secret? in
            let ticket = bytes.prefix(while: \.isBearerCharacter)
            let isWhole = bytes.dropFirst(ticket.count).allSatisfy { $0 == 0x0A || $0 == 0x0D }
            return isWhole && (1...longest).contains(ticket.count) ? Secret(bytes: ticket) : nil
        }
        guard let ticket else {
            throw CredentialError(
                .misconfigured, message: "\(place) holds no ticket; make one with: coffer agent ticket")
        }
        return ticket
    }

    private static func contents(of path: String) throws(CredentialError) -> Secret {
        // A pipe that nobody writes to must not be waited for.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw CredentialError(
                .misconfigured, message: "the file that COFFER_AGENT_TICKET_FILE names can't be opened")
        }
        defer { close(file) }
        // What is longer than a ticket with its line break is none.
        return Secret(byteCount: longest + 3) { target in max(0, read(file, target.baseAddress, target.count)) }
    }
}
