// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferInjection
import CofferToolProtocols

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The forms that a token is printed in.
enum TokenFormat: String, CaseIterable, ExpressibleByArgument {
    /// The token alone.
    case value
    /// A header field, as `curl -H @-` reads it.
    case header
    /// An object.
    case json
    /// A variable, as shells and readers of `.env` have it.
    case env
    /// A line of netrc for the account's host.
    case netrc
    /// What `curl --config -` reads.
    case curl
}

/// A token on standard output: nothing else, and one newline at the end.
struct TokenOutput {
    /// The variable of ``TokenFormat/env``; under another name `coffer inject` writes it.
    static let variable = "ACCESS_TOKEN"

    /// What is printed.
    private let credential: Credential

    /// What goes beside it with one request (RFC 9449).
    private let proof: String?

    /// Prints a credential, with a proof for the request that it is for.
    init(_ credential: Credential, proof: String? = nil) {
        self.credential = credential
        self.proof = proof
    }

    /// Writes the token in a form.
    ///
    /// - Throws: ``CommandError`` with the code `unsupported` for the header of a token that needs a proof with each
    ///   request (RFC 9449), for netrc where the account has no host, and for netrc and curl where the token is no
    ///   bearer's; `FormatRefusal` and `ToolFailure` for a token that a line can't hold; and what writing throws.
    func write(_ format: TokenFormat, to output: any OutputDevice) throws {
        switch format {
        case .value:
            try output.write(credential.value)
            try output.write("\n")
        case .header:
            try output.write(try lead())
            try output.write(credential.value)
            try output.write("\n")
            if let proof { try output.write("DPoP: \(proof)\n") }
        case .json:
            let text = credential.value.withExposedText { token in
                JSONText.document(Body(credential, token), version: .formatVersion)
            }
            try output.write(text)
        case .env:
            try output.write(DotenvFormat.text(of: [NamedValue(Self.variable, credential.value)]))
        case .netrc:
            try requireBearer(format)
            try output.write(
                NetrcEntry.line(host: host(), username: BoundCredential.tokenName, password: credential.value))
        case .curl:
            try requireBearer(format)
            try output.write(CurlConfiguration.line(.bearer(credential.value)))
        }
    }

    /// The account's host, which a line of netrc is for; nobody's guess where the provider has none for each account.
    private func host() throws(CommandError) -> String {
        guard let url = credential.accountURL, let place = try? GitPlace(match: url, for: "netrc"),
            let host = try? GitPlace(onlyHost: place.hostName)
        else {
            throw CommandError(
                "unsupported", message: "the account has no host of its own, and a line of netrc is for one",
                hint: "name it: coffer bind netrc HOST \(credential.path), and then coffer helper netrc HOST",
                path: credential.path)
        }
        return host.host
    }

    /// Refuses a token that a password's or a bearer's place is not for.
    private func requireBearer(_ format: TokenFormat) throws {
        guard try lead() == "Authorization: Bearer " else {
            throw CommandError(
                "unsupported", message: "a token that is no bearer's can't be written as \(format.rawValue)",
                hint: "--format header writes it", path: credential.path)
        }
    }

    /// What stands before the token: as its provider's API wants it, or as the server named its type.
    ///
    /// Servers write `bearer` in every way (RFC 6749 §5.1: case does not count).
    private func lead() throws -> String {
        if proof != nil { return "Authorization: DPoP " }
        let type = credential.tokenType ?? "Bearer"
        let isBound = credential.needsProof || type.lowercased() == "dpop"
        guard !isBound, type.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandError(
                "unsupported",
                message: "a token of this type cannot be used as a header alone: each request needs a signed proof",
                hint: "name the request, as: --format header --for 'GET https://api.example/me'",
                path: credential.path)
        }
        if let header = credential.header { return "\(header.field): \(header.prefix)" }
        return "Authorization: \(type.lowercased() == "bearer" ? "Bearer" : type) "
    }

    /// The object of the contract.
    private struct Body: Encodable {
        let path: CredentialPath
        let accessToken: String
        let tokenType: String?
        let expiresAt: Date?
        let scope: String?
        let accountURL: String?
        let version: Int

        private enum CodingKeys: String, CodingKey {
            case path, scope, version
            case accessToken = "access_token"
            case tokenType = "token_type"
            case expiresAt = "expires_at"
            case accountURL = "account_url"
        }

        init(_ credential: Credential, _ token: String) {
            path = credential.path
            accessToken = token
            tokenType = credential.tokenType
            expiresAt = credential.expiresAt
            scope = credential.scope
            accountURL = credential.accountURL
            version = credential.version
        }
    }
}
