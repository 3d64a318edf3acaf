// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// What an authorization server says of itself (RFC 8414 §2, OpenID Connect Discovery §3).
struct ServerMetadata: Sendable {
    private let documents: [JSONValue]

    /// Takes documents of the same issuer; what the first does not say, the next may.
    init(_ documents: [JSONValue]) { self.documents = documents }

    /// A member that is a text.
    subscript(text name: String) -> String? {
        documents.lazy.compactMap { document -> String? in
            guard case .text? = document[name] else { return nil }
            return document[name]?.plainText
        }.first
    }

    /// A member that is a text inside a member that is an object.
    subscript(text name: String, in object: String) -> String? {
        ServerMetadata(documents.compactMap { $0[object] })[text: name]
    }

    /// A member that is a list of texts; `nil` if no document has it.
    subscript(list name: String) -> [String]? {
        documents.lazy.compactMap { $0[name]?.plainTexts }.first
    }

    /// A member that is true.
    subscript(flag name: String) -> Bool { documents.contains { $0[name] == .bool(true) } }
}
