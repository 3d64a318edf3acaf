// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Turns values into salted fingerprints that can be compared but not read back.
struct Fingerprinter: Sendable {
    /// Values of at least this many characters are kept wherever they stand; shorter ones only in fields that are
    /// secret by name, as a fingerprint of "Bearer" would hide nothing.
    static let suspiciousLength = 16
    private static let secretNames: Set<String> = [
        "access_token", "api_key", "auth", "client_assertion", "client_secret", "code", "code_verifier", "device_code",
        "password", "refresh_token", "subject_token", "token",
    ]

    private let salt: [UInt8]

    /// Makes a fingerprinter with a random salt.
    init() {
        var generator = SystemRandomNumberGenerator()
        salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// The salt in hex.
    var saltText: String { OpaqueText.hex(salt) }

    /// SHA-256 over the salt and the value, in hex.
    func fingerprint(_ value: String) -> String {
        OpaqueText.hex(SHA256.hash(data: Data(salt) + Data(value.utf8)))
    }

    /// The fingerprints of everything in a request that could be secret, by place.
    func fingerprints(of request: ParsedRequest) -> [String: [String]] {
        var result: [String: [String]] = [:]
        func add(_ place: String, _ value: String) {
            result[place, default: []].append(fingerprint(value))
        }
        for (place, fields) in [("query", request.query), ("body", request.body)] {
            for (name, value) in fields.pairs {
                let isSecret = Self.secretNames.contains(name)
                if isSecret || value.count >= Self.suspiciousLength {
                    add("\(place).\(isSecret ? name : "other")", value)
                }
                if name.count >= Self.suspiciousLength { add("\(place).name", name) }
            }
        }
        for (name, value) in request.headers {
            for part in Self.parts(ofHeader: name, value) { add("header.\(Self.known(name))", part) }
        }
        for part in request.path.split(separator: "/") where part.count >= Self.suspiciousLength {
            add("path", String(part))
        }
        if request.body.pairs.isEmpty, !request.bytes.isEmpty {
            add("body", String(decoding: request.bytes, as: UTF8.self))
        }
        return result
    }

    /// A header's value, its words, and what `Basic` hides (RFC 7617).
    private static func parts(ofHeader name: String, _ value: String) -> [String] {
        let words = value.split(separator: " ").map(String.init)
        var parts = Set(words + [value]).filter { $0.count >= suspiciousLength }
        if name == "authorization", words.count == 2, words[0].lowercased() == "basic",
            let decoded = Data(base64Encoded: words[1])
        {
            let pair = String(decoding: decoded, as: UTF8.self).split(separator: ":", maxSplits: 1)
            parts.formUnion(pair.map { String($0) } + pair.compactMap { String($0).removingPercentEncoding })
        }
        return parts.sorted()
    }

    private static func known(_ header: String) -> String {
        ["authorization", "cookie", "x-refresh-token", "user-agent", "referer"].contains(header) ? header : "other"
    }
}
