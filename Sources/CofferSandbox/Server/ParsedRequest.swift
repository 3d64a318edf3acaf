// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird

/// One request with everything the emulation looks at, detached from the connection.
struct ParsedRequest: Sendable {
    /// The method: `GET`, `POST` or another.
    let method: String
    /// The `Host` as sent.
    let host: String
    var place: Place
    let endpoint: Endpoint
    /// The path without the query.
    let path: String
    let query: Fields
    /// The fields of a form or of a flat JSON object.
    let body: Fields
    /// The fields of a token request: those of the body, or of the query where there is none (Bitrix24).
    var fields: Fields { body.pairs.isEmpty ? query : body }
    /// The body as sent.
    let bytes: Data
    /// The header fields, names in lower case.
    let headers: [(name: String, value: String)]
    /// The address the connection comes from, without the port.
    let source: String

    /// Takes a request apart.
    init(
        method: String, host: String, target: String, headers: [(name: String, value: String)], bytes: Data,
        source: String, provider: any EmulatedProvider, account: (String) -> Account?
    ) {
        let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.method = method
        self.host = host
        self.headers = headers
        self.bytes = bytes
        self.source = source
        place = Place(host: host, provider: provider, account: account)
        path = sides.first.map(String.init) ?? "/"
        endpoint = Endpoint(path: path, of: provider)
        query = sides.count > 1 ? Fields(formEncoded: sides[1]) : .none
        let type = headers.first { $0.name == "content-type" }?.value.lowercased() ?? ""
        // JSON is documented; forms are accepted too, as league/oauth2-client sends them (amocrm-api-php).
        if type.hasPrefix("application/x-www-form-urlencoded") {
            body = Fields(formEncoded: String(decoding: bytes, as: UTF8.self))
        } else {
            body = Fields(json: bytes) ?? .none
        }
    }

    /// The value of a header field, name in lower case.
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
    var bearerToken: String? {
        guard let value = header("authorization"), value.lowercased().hasPrefix("bearer ") else { return nil }
        return String(value.dropFirst("bearer ".count))
    }

    /// The client id and secret of `Authorization: Basic …`, each form-encoded first (RFC 6749 §2.3.1).
    var basicCredentials: (clientID: String, secret: String)? {
        guard let value = header("authorization"), value.lowercased().hasPrefix("basic "),
            let decoded = Data(base64Encoded: String(value.dropFirst("basic ".count)))
        else { return nil }
        let sides = String(decoding: decoded, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        return (Fields.decoded(sides[0]), Fields.decoded(sides[1]))
    }

    /// The client id that is named, wherever it stands.
    var clientID: String? { fields["client_id"] ?? basicCredentials?.clientID }

    /// The client secret that is presented, wherever it stands.
    var clientSecret: String? { fields["client_secret"] ?? basicCredentials?.secret }

    /// Whether the peer asked for JSON rather than a page.
    var wantsJSON: Bool { header("accept")?.contains("application/json") ?? false }
}

extension ParsedRequest {
    /// Takes the server library's request apart.
    init(_ request: Request, bytes: Data, source: String, for service: SandboxService) {
        self.init(
            method: request.method.rawValue, host: request.head.authority ?? "", target: request.uri.string,
            headers: request.headers.map { ($0.name.canonicalName, $0.value) }, bytes: bytes, source: source,
            provider: service.provider, account: service.account(named:))
    }
}
