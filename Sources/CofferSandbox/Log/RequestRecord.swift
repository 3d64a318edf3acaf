// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// One request as the log keeps it: names, and fingerprints of what could be secret, but no secret value.
public struct RequestRecord: Sendable, Encodable, Equatable {
    /// Counts from 1 in the order of arrival.
    public let number: Int
    /// When it arrived, by the sandbox's clock.
    public let at: Date
    /// The method: `GET`, `POST` or another.
    public let method: String
    /// The host without its port, or `(other)` if it is none of the sandbox's domain.
    public let host: String
    /// The path if the sandbox knows it, else `(other)`.
    public let path: String
    /// What the request was for.
    public let endpoint: Endpoint
    /// The account that the request was about, by its host or by the code or token it presented.
    public let account: String?
    /// The `grant_type` of a token request, if it is one that exists.
    public let grantType: String?
    /// The names of the query's fields, in order.
    public let queryNames: [String]
    /// The names of the body's fields, in order.
    public let fieldNames: [String]
    /// Salted SHA-256 fingerprints of values, by where they stood, such as `body.client_secret`.
    package let fingerprints: [String: [String]]
    /// The status that was sent; absent while the answer is being made and where none was sent.
    public internal(set) var status: Int?
    /// What the answer of the token endpoint told the client; absent for others, and while the answer is being made.
    package internal(set) var outcome: TokenOutcomeTold?
    /// The number of the last request that had arrived when this one ended; absent until then.
    package internal(set) var answeredAfter: Int?
    /// The tricks that were played, if any, joined by `+`.
    public internal(set) var fault: String?
}
