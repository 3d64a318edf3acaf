// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Stands in for jwt-kit's payload, which parsers never sign.
public protocol JWTPayload: Codable, Sendable {
    /// Checks the claims.
    func verify(using algorithm: some JWTAlgorithm) async throws
}

/// Stands in for jwt-kit's algorithm.
public protocol JWTAlgorithm: Sendable {}

/// Stands in for a field of a JWT's header.
public enum JWTHeaderField: Hashable, Sendable, ExpressibleByStringLiteral {
    /// A text.
    case string(String)
    /// Members.
    case object([String: JWTHeaderField])

    /// A text that is written in the source.
    public init(stringLiteral value: String) { self = .string(value) }
}

/// Stands in for a JWT's header.
public struct JWTHeader: Sendable {
    /// Makes one.
    public init(fields: [String: JWTHeaderField] = [:]) {}
}
