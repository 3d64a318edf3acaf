// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import Foundation
import NIOCore

/// Asks a running agent for tickets; what it answers is in no other memory than what is wiped, besides the connection's buffer.
extension AgentCaller {
    /// Has a ticket made.
    ///
    /// - Parameters:
    ///   - patterns: What it is to be good for.
    ///   - lifetime: For how long, in whole seconds.
    ///   - name: What it is to be called; nil for a name that is free.
    /// - Returns: its text, and what is known of it.
    /// - Throws: ``AgentError`` `unreachable`, and what the agent says: `already_exists`, `busy`, `locked`.
    package func ticket(
        for patterns: [TicketPattern], lifetime: Duration, name: String?
    ) async throws -> (text: Secret, view: TicketView) {
        let body = JSONWriter { object in
            object.member("paths", patterns.map(\.description))
            object.member("ttl_seconds", Int(lifetime.components.seconds))
            object.member("name", name)
        }
        let said = try await said(of: .ticket, body.buffer)
        guard let text = said["ticket"]?.secret, let view = Self.view(said) else { throw nonsense }
        return (text, view)
    }

    /// The tickets that are good, by their names.
    ///
    /// - Throws: ``AgentError`` `unreachable`, and what the agent says.
    package func tickets() async throws -> [TicketView] {
        let said = try await said(of: .tickets)
        guard case .array(let items)? = said["tickets"] else { throw nonsense }
        let views = items.compactMap { Self.view($0) }
        guard views.count == items.count else { throw nonsense }
        return views
    }

    /// Has a ticket end; when this returns it has.
    ///
    /// - Throws: ``AgentError`` `unreachable`, and what the agent says: `not_found`.
    package func revoke(_ name: String) async throws {
        let body = JSONWriter { object in object.member("name", name) }
        guard let content = try await content(of: .revoke, body.buffer) else { return }
        try Self.refuseFailure(JSONReader.read(Secret(bytes: content)).value)
    }

    private func said(of endpoint: AgentEndpoint, _ body: ByteBuffer = ByteBuffer()) async throws -> JSONValue {
        guard let content = try await content(of: endpoint, body) else { throw nonsense }
        let reading = JSONReader.read(Secret(bytes: content))
        guard reading.isWhole, let said = reading.value else { throw nonsense }
        try Self.refuseFailure(said)
        return said
    }

    private static func refuseFailure(_ said: JSONValue?) throws(AgentError) {
        guard let error = said?["error"], let code = error["code"]?.plainText,
            let message = error["message"]?.plainText
        else { return }
        throw AgentError(.init(rawValue: code), message)
    }

    private static func view(_ said: JSONValue) -> TicketView? {
        guard let name = said["name"]?.plainText, let issuedAt = date(said["issued_at"]),
            let expiresAt = date(said["expires_at"]), let paths = said["paths"]?.plainTexts
        else { return nil }
        return TicketView(name: name, paths: paths, issuedAt: issuedAt, expiresAt: expiresAt)
    }

    private static func date(_ said: JSONValue?) -> Date? {
        said?.plainText.flatMap { try? Date($0, strategy: Date.ISO8601FormatStyle()) }
    }

    private var nonsense: AgentError { AgentError(.unreachable, "what serves at \(path) is no agent") }
}
