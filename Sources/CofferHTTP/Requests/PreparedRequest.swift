// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import Foundation
import NIOCore
import NIOHTTP1

/// A request on its way: with its address on the account's host, and with the token.
struct PreparedRequest: Sendable {
    let origin: APIOrigin
    /// Its address as the server knows it.
    private let address: String
    /// What the vendor calls what is asked for (`crm.lead.list`), for limits by method.
    let methodName: String
    private(set) var http: HTTPClientRequest

    /// Attaches a credential.
    ///
    /// - Throws: ``APIError`` `refused_host`, or `unsuitable` for a credential or a body that the token can't go with.
    init(
        _ request: APIRequest, _ credential: Credential, origins: [APIOrigin], dialect: APIDialect
    ) throws(APIError) {
        let path = credential.path
        let (origin, rest) = try Self.place(request.target, credential, origins)
        var http = HTTPClientRequest(url: origin.connected + rest)
        http.method = request.method
        http.headers = request.headers
        // The exact host, and our token: neither is the caller's to say.
        http.headers.remove(name: "Host")
        http.headers.remove(name: "Authorization")
        http.headers.remove(name: "DPoP")
        http.headers.add(name: "Host", value: origin.authority)
        switch request.content {
        case .none: http.body = nil
        case .bytes(let bytes): http.body = .bytes(bytes)
        case .once(let body): http.body = body
        }
        if let field = dialect.bodyField {
            guard !credential.needsProof else {
                throw APIError(.unsuitable, "a bound token goes into no body", path: path)
            }
            try Self.put(credential, into: &http, request.content, field: field)
        } else {
            let header = credential.needsProof ? nil : credential.header
            http.headers.replaceOrAdd(
                name: header?.field ?? "Authorization", value: try Self.presented(credential, header))
        }
        guard http.headers.allSatisfy({ Self.isFieldText($0.name) && Self.isFieldText($0.value) }) else {
            throw APIError(.unsuitable, "a header field holds characters that no header may hold", path: path)
        }
        self.origin = origin
        address = origin.description + rest
        self.http = http
        methodName = Self.lastSegment(of: rest)
    }

    /// The request with the proof that a bound token needs (RFC 9449 §7.1), good once and for this request; as it is where
    /// the token needs none.
    ///
    /// - Throws: ``CofferCredentials/CredentialError`` `misconfigured`.
    func proven(by credential: Credential, nonce: String?) async throws -> PreparedRequest {
        guard
            let proof = try await credential.proof(method: http.method.rawValue, url: address, nonce: nonce)
        else { return self }
        var proven = self
        proven.http.headers.replaceOrAdd(name: "DPoP", value: proof)
        return proven
    }

    /// Where it goes: the account's own host first of all.
    private static func place(
        _ target: String, _ credential: Credential, _ origins: [APIOrigin]
    ) throws(APIError) -> (APIOrigin, String) {
        let path = credential.path
        let own = credential.accountURL.flatMap { APIOrigin($0) }
        if credential.accountURL != nil, own == nil {
            throw APIError(.refusedHost, "the account's address is not a plain https URL", path: path)
        }
        if target.hasPrefix("/") {
            guard APIOrigin.isPlain(target) else { throw Self.notPlain(path) }
            if let own { return (own, target) }
            guard origins.count == 1, let origin = origins.first else {
                throw APIError(
                    .refusedHost, "the credential names no host, and not exactly one origin was given to the client",
                    path: path)
            }
            return (origin, target)
        }
        guard let (origin, rest) = APIOrigin.split(target) else { throw Self.notPlain(path) }
        guard origin == own || origins.contains(origin) else {
            throw APIError(.refusedHost, "\(origin) is not the host of this account", path: path)
        }
        return (origin, rest.hasPrefix("/") ? rest : "/" + rest)
    }

    private static func notPlain(_ path: CredentialPath) -> APIError {
        APIError(
            .refusedHost, "the target is neither a path that begins with '/' nor a plain https URL", path: path)
    }

    /// The token as its provider's API wants it, else as the server named its type (RFC 6750 §2.1); `Bearer` where it named
    /// none.
    private static func presented(_ credential: Credential, _ header: TokenHeader?) throws(APIError) -> String {
        let type = credential.tokenType ?? "Bearer"
        guard credential.needsProof || type.lowercased() == "bearer" || header != nil && type.lowercased() != "dpop"
        else {
            // A DPoP token wants a proof with each request (RFC 9449 §7); shown as a bearer's it would be worth stealing.
            throw APIError(
                .unsuitable, "a token of this type can't be presented by this client without what signs for it",
                path: credential.path)
        }
        let prefix = header?.prefix ?? (credential.needsProof ? "DPoP " : "Bearer ")
        let value = credential.value.withExposedText { "\(prefix)\($0)" }
        guard isFieldText(value) else {
            throw APIError(
                .unsuitable, "the credential holds characters that no header may hold", path: credential.path)
        }
        return value
    }

    /// Puts the token among the members of a JSON object or the fields of a form.
    private static func put(
        _ credential: Credential, into http: inout HTTPClientRequest, _ content: APIRequest.Content, field: String
    ) throws(APIError) {
        let refusal = APIError(
            .unsuitable, "this provider's token goes into the body, which must be a POSTed JSON object or a form",
            path: credential.path)
        guard http.method == .POST else { throw refusal }
        let type = http.headers.first(name: "Content-Type")?.lowercased() ?? "application/json"
        let body: ByteBuffer?
        switch (content, type) {
        case (.none, _):
            http.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            body = TokenInBody.json(ByteBuffer(string: "{}"), field, credential.value)
        case (.bytes(let bytes), let type) where type.hasPrefix("application/json"):
            body = TokenInBody.json(bytes, field, credential.value)
        case (.bytes(let bytes), let type) where type.hasPrefix("application/x-www-form-urlencoded"):
            body = TokenInBody.form(bytes, field, credential.value)
        default: body = nil
        }
        guard let body else { throw refusal }
        http.body = .bytes(body)
    }

    /// Visible ASCII, spaces and tabs (RFC 9110 §5.5), without the obsolete bytes above.
    private static func isFieldText(_ text: String) -> Bool {
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x09 }
    }

    /// The last segment of the path, without `.json`: how Bitrix24 names its methods.
    private static func lastSegment(of rest: String) -> String {
        let segment = rest.prefix { $0 != "?" }.split(separator: "/").last ?? ""
        return (segment.hasSuffix(".json") ? segment.dropLast(5) : segment).lowercased()
    }
}
