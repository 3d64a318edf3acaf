// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials

/// A request as a provider sent it to an address of ours, whole and not believed yet.
///
/// Bodies and headers of webhooks hold tokens, so they are secrets here and in no description.
public struct WebhookRequest: Sendable {
    /// The longest body that is looked at: 1 MiB.
    ///
    /// The vendors' own have some kilobytes, and nobody has proven anything by the time the body is read.
    public static let longestBody = 1 << 20
    /// The longest address and the longest header field: 64 KiB.
    static let longestField = 1 << 16
    /// The most header fields.
    static let mostHeaders = 256

    /// The query of the address, without the question mark.
    let query: Secret
    /// The body.
    let body: Secret
    /// Header fields.
    private let headers: [(name: String, value: Secret)]

    /// Takes a request.
    ///
    /// - Parameters:
    ///   - target: the path with its query as they were asked for (RFC 9112 §3.2), undecoded.
    ///   - headers: the header fields.
    ///   - body: the body, byte for byte as it came: parsed and written again, it is another.
    /// - Throws: ``WebhookError`` `webhook_too_large`.
    public init(target: String, headers: [(name: String, value: String)], body: Secret) throws(WebhookError) {
        guard body.byteCount <= Self.longestBody else {
            throw WebhookError(.tooLarge, "The body is longer than 1 MiB, which no webhook is.")
        }
        guard target.utf8.count <= Self.longestField, headers.count <= Self.mostHeaders,
            headers.allSatisfy({ $0.name.utf8.count + $0.value.utf8.count <= Self.longestField })
        else { throw WebhookError(.tooLarge, "The address or a header is longer than 64 KiB, or there are too many.") }
        query = Secret(target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) } ?? "")
        self.headers = headers.map { ($0.name, Secret($0.value)) }
        self.body = body
    }

    /// What stands at a place, if anything does.
    ///
    /// - Throws: `malformed_webhook` if it stands there twice, which two readers would read in two ways, or if the place
    ///   can't be read.
    func value(of field: String, in place: WebhookProof.Place) throws(WebhookError) -> Secret? {
        switch place {
        case .header:
            let found = headers.filter { $0.name.lowercased() == field.lowercased() }
            guard found.count <= 1 else { throw Self.twice }
            return found.first?.value
        case .query: return try Self.parameter(field, of: query)
        case .form: return try Self.parameter(field, of: body)
        case .json: return try Self.member(field, of: body)
        }
    }

    /// A body that is no JSON object has no members.
    private static func member(_ name: String, of text: Secret) throws(WebhookError) -> Secret? {
        let reading = JSONReader.read(text)
        guard reading.isWhole, case .object(let members)? = reading.value else { return nil }
        let found = members.filter { $0.name == name }
        guard found.count <= 1 else { throw twice }
        guard case .text(let value)? = found.first?.value else { return nil }
        return value
    }

    private static func parameter(_ name: String, of text: Secret) throws(WebhookError) -> Secret? {
        // Bytes that are no text are not read as some other text.
        let finding = text.withExposedBytes { bytes in
            String(validating: bytes, as: UTF8.self).map { FormText.find(name, in: $0) }
        }
        switch finding {
        case .absent: return nil
        case .once(let value): return value
        case .unclear, nil: throw twice
        }
    }

    private static let twice = WebhookError(
        .malformed, "What proves the request stands in it twice, or can't be read.")
}

// MARK: - Descriptions

extension WebhookRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of the request.
    public var description: String { "a webhook" }
    /// Nothing of the request.
    public var debugDescription: String { "a webhook" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
