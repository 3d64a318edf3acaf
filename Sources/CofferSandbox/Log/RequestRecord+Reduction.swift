// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension RequestRecord {
    /// Reduces a request to what may be kept.
    ///
    /// Host, path and names are attacker's text too: a broken client could put a secret there, so only what the
    /// sandbox expects is kept as it is.
    init(number: Int, at: Date, _ request: ParsedRequest, account subject: Account?, fingerprints: [String: [String]]) {
        self.number = number
        self.at = at
        method = request.method.count <= 10 ? request.method : Self.other
        host = request.place == .foreign ? Self.other : Self.safeHost(request.host)
        path = request.endpoint == .unknown ? Self.other : Self.safePath(request.path)
        endpoint = request.endpoint
        account = subject?.name
        grantType = request.fields["grant_type"].flatMap { Self.knownGrantTypes.contains($0) ? $0 : nil }
        queryNames = request.query.pairs.map { Self.safeName($0.name) }
        fieldNames = request.body.pairs.map { Self.safeName($0.name) }
        self.fingerprints = fingerprints
    }

    private static let other = "(other)"
    private static let knownGrantTypes: Set<String> = [
        "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ]

    /// Longer names that OAuth requests have; RFC 7636 §4.3, RFC 7523 §2.2, RFC 8693 §2.1.
    private static let longNames: Set<String> = [
        "code_challenge_method", "client_assertion", "client_assertion_type", "requested_token_type",
        "subject_token_type", "actor_token_type",
    ]

    /// A name that is too short to be a secret worth having, or known.
    private static func safeName(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { $0 < 128 && $0 > 32 }
        return isPlain && name.count < Fingerprinter.suspiciousLength || longNames.contains(name) ? name : other
    }

    /// Longer parts of paths that are the sandbox's own.
    private static let longParts: Set<String> = [
        "oauth-authorization-server", "openid-configuration", "device_authorization",
    ]

    /// A path whose parts are short, or UUIDs as in the operator's addresses.
    private static func safePath(_ path: String) -> String {
        let isSafe = path.split(separator: "/").allSatisfy { part in
            part.count < Fingerprinter.suspiciousLength || UUID(uuidString: String(part)) != nil
                || longParts.contains(String(part))
        }
        return isSafe && path.count <= 120 ? path : other
    }

    /// A host under the sandbox's domain; a label of 32 letters or more is no account's name.
    private static func safeHost(_ host: String) -> String {
        let name = host.prefix { $0 != ":" }
        let isPlain = name.utf8.allSatisfy { $0 < 128 && $0 > 32 }
        return isPlain && name.split(separator: ".").allSatisfy { $0.count < 32 } ? String(name) : other
    }
}
