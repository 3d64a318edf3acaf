// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

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
}

/// A token on standard output: nothing else, and one newline at the end.
struct TokenOutput {
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
    ///   request (RFC 9449), and what writing throws.
    func write(_ format: TokenFormat, to output: any OutputDevice) throws {
        switch format {
        case .value:
            try output.write(credential.value)
            try output.write("\n")
        case .header:
            try output.write("Authorization: \(try scheme()) ")
            try output.write(credential.value)
            try output.write("\n")
            if let proof { try output.write("DPoP: \(proof)\n") }
        case .json:
            let text = credential.value.withExposedText { token in
                JSONText.document(Body(credential, token), version: .formatVersion)
            }
            try output.write(text)
        }
    }

    /// How the token is presented; servers write `bearer` in every way (RFC 6749 §5.1: case does not count).
    private func scheme() throws -> String {
        if proof != nil { return "DPoP" }
        let type = credential.tokenType ?? "Bearer"
        let isBound = credential.needsProof || type.lowercased() == "dpop"
        guard !isBound, type.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandError(
                "unsupported",
                message: "a token of this type cannot be used as a header alone: each request needs a signed proof",
                hint: "name the request with --for, as: --for 'GET https://api.example/me'", path: credential.path)
        }
        return type.lowercased() == "bearer" ? "Bearer" : type
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
