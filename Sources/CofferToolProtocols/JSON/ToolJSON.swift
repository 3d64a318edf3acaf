// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// JSON with secrets in it, as tools send and take it.
enum ToolJSON {
    /// The largest that is read: no credential comes near to 1 MiB.
    static let longest = 1 << 20
    /// No protocol here nests as deep.
    private static let depthLimit = 32

    /// Reads a value.
    ///
    /// - Returns: nil for what is none; a decoder's own error may hold what it read.
    static func decode<Value: Decodable>(_: Value.Type, from text: Secret) -> Value? {
        text.withExposedBytes { bytes in
            guard bytes.count <= longest, JSONNesting.depth(of: bytes) <= depthLimit else { return nil }
            return try? JSONDecoder().decode(Value.self, from: Data(bytes))
        }
    }

    /// Writes a value on one line.
    static func line(_ value: some Encodable) -> Secret {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Secret(bytes: try encoder.encode(value) + [0x0A])
        } catch {
            // The models are ours and hold no floating-point number, the one thing that fails.
            preconditionFailure("a model does not encode: \(type(of: value))")
        }
    }

    /// A moment as RFC 3339 has it, with fractions of a second or without.
    static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle()))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    /// The same written, in UTC and rounded down, so that nothing is said to live longer than it does.
    static func text(_ date: Date) -> String {
        Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).ISO8601Format()
    }
}
