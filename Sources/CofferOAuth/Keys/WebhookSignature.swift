// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials
internal import Crypto

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The signature of a webhook: HMAC-SHA256 as the Standard Webhooks specification 1.0.0 has it, for who sends and who receives.
///
/// ```swift
/// let signature = try WebhookSignature(key: Secret("whsec_…"))
/// let verdict = signature.check(
///     id: header("webhook-id"), timestamp: header("webhook-timestamp"), signatures: header("webhook-signature"),
///     body: bytesAsTheyCame, now: Date())
/// ```
///
/// What is signed is `id.timestamp.body`. A message that was taken down and sent again later is out of time after five
/// minutes; one that is sent again before has the id of the first: whoever acts on messages keeps the ids that long.
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
public struct WebhookSignature: Sendable {
    /// What checking a message comes to.
    public enum Verdict: Sendable, Equatable {
        /// Whoever has the key sent these bytes, now.
        case valid
        /// One of the three header fields is missing, or is none.
        case malformed
        /// It was signed too long ago, or in the future: sent again by somebody, or one of the clocks is wrong.
        case outOfTime
        /// Nobody with the key signed these bytes under this id and time.
        case wrong
    }

    /// Why a text is no key.
    public struct InvalidKey: Error, Sendable, CustomStringConvertible {
        /// The sentence.
        public var description: String { "a webhook's key is whsec_ and 24 to 64 bytes in base64" }
    }

    /// How far the sender's clock and ours may be apart, both ways: 5 minutes, as the specification's libraries have it.
    public static let tolerance = Duration.seconds(300)

    private static let prefix = "whsec_"
    private static let scheme = "v1,"

    private let key: Secret

    /// Reads a key: `whsec_` and 24 to 64 bytes in base64 (the specification, "Signature scheme"); white space around is dropped.
    ///
    /// - Throws: ``InvalidKey``.
    public init(key text: Secret) throws(InvalidKey) {
        let bytes: Secret? = text.withExposedText { text in
            let trimmed = text.split(whereSeparator: \.isWhitespace)
            guard trimmed.count == 1, let word = trimmed.first, word.hasPrefix(Self.prefix) else { return nil }
            return Data(base64Encoded: String(word.dropFirst(Self.prefix.count))).map { Secret(bytes: $0) }
        }
        guard let bytes, (24...64).contains(bytes.byteCount) else { throw InvalidKey() }
        key = bytes
    }

    /// The value of `webhook-signature`.
    ///
    /// - Parameters:
    ///   - id: the value of `webhook-id`, without a full stop.
    ///   - timestamp: when it is sent, which is not when it happened; in whole seconds as `webhook-timestamp` has it.
    ///   - body: the bytes that are sent.
    /// - Returns: `v1,` and the code in base64.
    package func value(id: String, timestamp: Int64, body: [UInt8]) -> String {
        precondition(!id.contains("."), "an id with a full stop could be read as another's beginning")
        let code = HMAC<SHA256>.authenticationCode(for: Self.content(id, "\(timestamp)", body), using: hashingKey)
        return Self.scheme + Data(code).base64EncodedString()
    }

    /// Checks a message, comparing in constant time.
    ///
    /// - Parameters:
    ///   - id: the field `webhook-id`.
    ///   - timestamp: the field `webhook-timestamp`.
    ///   - signatures: the field `webhook-signature`: one or more with spaces between, of which one must be right.
    ///   - body: the body byte for byte, before anything has read it.
    ///   - now: the time.
    /// - Returns: only ``Verdict/valid`` is a message to act on.
    public func check(
        id: String?, timestamp: String?, signatures: String?, body: [UInt8], now: Date
    ) -> Verdict {
        guard let id, !id.isEmpty, !id.contains("."), let timestamp, let signatures,
            timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(timestamp)
        else { return .malformed }
        let content = Self.content(id, timestamp, body)
        var isSigned = false
        for text in signatures.split(separator: " ") where text.hasPrefix(Self.scheme) {
            guard let code = Data(base64Encoded: String(text.dropFirst(Self.scheme.count))) else { continue }
            // All are looked at, whichever is right.
            if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: hashingKey) {
                isSigned = true
            }
        }
        guard isSigned else { return .wrong }
        let distance = abs(now.timeIntervalSince1970 - Double(seconds))
        return distance <= Self.tolerance / .seconds(1) ? .valid : .outOfTime
    }

    private var hashingKey: SymmetricKey { key.withExposedBytes { SymmetricKey(data: $0) } }

    private static func content(_ id: String, _ timestamp: String, _ body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }
}
