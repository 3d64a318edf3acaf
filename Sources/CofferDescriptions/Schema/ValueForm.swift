// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

/// How one kind of value is written in a description file, in both directions.
struct ValueForm<Value>: Sendable {
    /// What must stand there, as the end of "must be …".
    let wanted: String
    /// The value of a node; `nil` if it is not of this form.
    let parse: @Sendable (Node) -> Value?
    /// The node of a value.
    let emit: @Sendable (Value) -> Node
}

extension ValueForm where Value == String {
    /// A text of one line, of at most 4 KiB.
    static var text: Self {
        Self(wanted: "a text of one line", parse: { $0.scalar.flatMap { clean($0.string) } }, emit: { Node($0) })
    }

    /// An https address; variables in braces may stand in it.
    static var address: Self {
        Self(
            wanted: "an https address",
            parse: { node in
                guard let text = node.scalar.flatMap({ clean($0.string) }), isAddress(text) else { return nil }
                return text
            }, emit: { Node($0) })
    }

    /// A host name or a suffix of one; variables in braces may stand in it.
    static var host: Self {
        Self(
            wanted: "a host name without scheme, port or path",
            parse: { node in
                guard let text = node.scalar.flatMap({ clean($0.string) }) else { return nil }
                return isHost(text[...]) ? text : nil
            }, emit: { Node($0) })
    }

    private static func clean(_ text: String) -> String? {
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPlain && !text.isEmpty && text.utf8.count <= 4_096 ? text : nil
    }

    private static func isAddress(_ text: String) -> Bool {
        // Loopback by plain HTTP is for servers of one's own machine; everything else is refused before it is used.
        let schemes = ["https://", "http://localhost", "http://127.0.0.1", "http://[::1]"]
        guard let scheme = schemes.first(where: text.hasPrefix), !text.contains(" ") else { return false }
        if scheme != "https://" { return true }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let host = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return isHost(host)
    }

    private static func isHost(_ text: Substring) -> Bool {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_{}")
        return !text.isEmpty && text.allSatisfy(allowed.contains) && !text.hasPrefix(".") && !text.hasSuffix(".")
    }
}

extension ValueForm where Value == Bool {
    /// `true` or `false`.
    static var flag: Self {
        Self(
            wanted: "true or false",
            parse: { node in node.scalar.flatMap { ["true": true, "false": false][$0.string] } },
            emit: { Node($0 ? "true" : "false") })
    }
}

extension ValueForm where Value == Int {
    /// A whole number in a range.
    static func number(_ range: ClosedRange<Int>) -> Self {
        Self(
            wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { node in
                node.scalar.flatMap { Int($0.string) }.flatMap { range.contains($0) ? $0 : nil }
            }, emit: { Node(String($0)) })
    }
}

extension ValueForm where Value: DescriptionWord {
    /// One of the words of a choice.
    static var word: Self {
        Self(
            wanted: "one of " + Value.words.map(\.word).joined(separator: ", "),
            parse: { node in Value.words.first { $0.word == node.scalar?.string }?.value },
            emit: { value in Node(Value.words.first { $0.value == value }?.word ?? "") })
    }
}
