// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Makes answers: JSON, never kept by anybody on the way.
enum Reply {
    /// An object.
    static func json(status: Int = 200, headers: [(HTTPField.Name, String)] = [], _ writer: JSONWriter) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = "application/json"
        fields[.cacheControl] = "no-store"
        for (name, value) in headers { fields[name] = value }
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields, body: ResponseBody(byteBuffer: writer.buffer))
    }

    /// A text.
    static func text(_ text: String, type: String) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = type
        fields[.cacheControl] = "no-store"
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Events as they come; whoever does not take them is cut off as anybody who does not read.
    ///
    /// - Parameters:
    ///   - events: What is told.
    ///   - flowed: Hears of each that was taken.
    ///   - ended: Hears that nothing more comes.
    /// - Returns: an answer that goes on until either end closes it.
    static func events(
        _ events: AsyncStream<AgentEvent>, flowed: @escaping @Sendable () -> Void,
        ended: @escaping @Sendable () -> Void
    ) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = "text/event-stream"
        fields[.cacheControl] = "no-store"
        // Whoever asks on the same connection would wait behind a stream without an end.
        fields[.connection] = "close"
        let body = ResponseBody { writer in
            defer { ended() }
            // So that it is seen at once that somebody tells.
            try await writer.write(AgentEvent.beat.frame)
            flowed()
            for await event in events {
                try await writer.write(event.frame)
                flowed()
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: fields, body: body)
    }

    /// No content, when there is nothing to say but that it was done.
    static var done: Response {
        var fields = HTTPFields()
        fields[.cacheControl] = "no-store"
        return Response(status: .noContent, headers: fields)
    }

    /// An access token, as `coffer token --format json` has it.
    static func token(_ credential: Credential, note: String?) -> Response {
        json(
            JSONWriter(byteCount: credential.value.byteCount + 512) { object in
                object.member("format_version", 1)
                object.member("path", credential.path.description)
                object.member("access_token", revealing: credential.value)
                object.member("token_type", credential.tokenType)
                object.member("token_header", credential.header?.text)
                object.member("expires_at", credential.expiresAt)
                object.member("scope", credential.scope)
                object.member("account_url", credential.accountURL)
                object.member("version", credential.version)
                object.member("note", note)
            })
    }

    /// A static secret: as text where it is UTF-8, else in base64 (RFC 4648 §4); never a `String` or `Data` on the way.
    static func secret(_ credential: Credential) -> Response {
        json(
            JSONWriter(byteCount: credential.value.byteCount * 2 + 256) { object in
                object.member("format_version", 1)
                object.member("path", credential.path.description)
                if isText(credential.value) {
                    object.member("value", revealing: credential.value)
                } else {
                    object.member("value_base64", base64: credential.value)
                }
                object.member("version", credential.version)
            })
    }

    /// Whether it is UTF-8, found out without a copy.
    private static func isText(_ secret: Secret) -> Bool {
        secret.withExposedBytes { bytes in
            var decoder = UTF8()
            var source = bytes.makeIterator()
            while true {
                switch decoder.decode(&source) {
                case .scalarValue: continue
                case .emptyInput: return true
                case .error: return false
                }
            }
        }
    }

    /// Entries, as `coffer list --json` has them.
    static func entries(_ entries: [EntryView]) -> Response {
        json(
            JSONWriter(byteCount: entries.count * 96 + 64) { object in
                object.member("version", 1)
                object.member("entries", entries) { object, entry in
                    object.member("path", entry.path)
                    object.member("kind", entry.kind)
                    object.member("entry_version", entry.version)
                }
            })
    }

    /// A ticket, with its text: the one time that this is shown.
    static func ticket(_ ticket: Ticket, _ text: Secret) -> Response {
        json(
            JSONWriter(byteCount: 1024) { object in
                object.member("version", 1)
                object.member("ticket", revealing: text)
                describe(ticket, in: &object)
            })
    }

    /// The tickets that are good, without their texts.
    static func tickets(_ tickets: [Ticket]) -> Response {
        json(
            JSONWriter(byteCount: tickets.count * 256 + 64) { object in
                object.member("version", 1)
                object.member("tickets", tickets) { describe($1, in: &$0) }
            })
    }

    private static func describe(_ ticket: Ticket, in object: inout JSONWriter) {
        object.member("name", ticket.name)
        object.member("paths", ticket.patterns.map(\.description))
        object.member("issued_at", ticket.issuedAt)
        object.member("expires_at", ticket.expiresAt)
    }

    /// A connection, as `coffer status --json` shows it to a reader: what only issuers see there is left out.
    static func connection(_ view: ConnectionView, in object: inout JSONWriter) {
        object.member("path", view.path)
        object.member("provider", view.provider)
        object.member("app", view.app)
        object.member("account_id", view.accountID)
        object.member("account_url", view.accountURL)
        object.member("state", view.state)
        object.member("token_type", view.tokenType)
        object.member("scope", view.scope)
        object.member("version", view.version)
        object.member("expires_at", view.expiresAt)
        object.member("refresh_at", view.refreshAt)
        object.member("last_refresh_at", view.lastRefreshAt)
        object.member("last_error", view.lastError)
        object.member("grant_ends_at", view.grantEndsAt)
    }
}
