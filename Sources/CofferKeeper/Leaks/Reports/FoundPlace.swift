// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Where something of ours was found, fit to be shown: one line each, bounded, without what could steer a terminal.
package struct FoundPlace: Sendable, Hashable, Encodable {
    /// The file's path.
    package internal(set) var file: String?
    /// The line.
    package let line: Int?
    /// The commit.
    package internal(set) var commit: String?
    /// The address, without its query and without a user's name and password.
    package internal(set) var url: String?
    /// The scanner's rule, detector or type.
    package internal(set) var rule: String?

    /// How many characters of a text are kept: the longest paths have fewer.
    private static let characterLimit = 300

    /// Cleans what a scanner says; that a text holds a secret is for ``EchoSearch`` to see.
    init(_ place: ReportedPlace) {
        file = place.file.flatMap(Self.line)
        line = place.line
        commit = place.commit.flatMap(Self.line)
        url = place.url.flatMap { Self.line($0) }.flatMap(Self.address)
        rule = place.rule.flatMap(Self.line)
    }

    /// The texts.
    var texts: [String] { [file, commit, url, rule].compactMap(\.self) }

    /// The place with each text put through a function.
    func mapped(_ transform: (String) -> String) -> FoundPlace {
        var place = self
        place.file = file.map(transform)
        place.commit = commit.map(transform)
        place.url = url.map(transform)
        place.rule = rule.map(transform)
        return place
    }

    /// One bounded line; nil if nothing of it can be shown.
    private static func line(_ text: Secret) -> String? {
        let shown = text.withExposedText { text in
            String(text.unicodeScalars.prefix(characterLimit * 4).map { isSafe($0) ? Character($0) : " " })
        }
        let line = shown.split(separator: " ").joined(separator: " ")
        guard !line.isEmpty else { return nil }
        return line.count > characterLimit ? line.prefix(characterLimit) + "…" : line
    }

    /// Neither control, format (which turns text around or hides it), private nor line-breaking characters.
    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    /// An address without user information and query (RFC 3986 sections 3.2.1 and 3.4), and without a fragment that is no line.
    private static func address(_ text: String) -> String? {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        var address = parts[0].prefix { $0 != "?" }
        let begin = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        let end = address[begin...].firstIndex(of: "/") ?? address.endIndex
        if let at = address[begin..<end].lastIndex(of: "@") { address.removeSubrange(begin...at) }
        guard !address.isEmpty else { return nil }
        guard parts.count == 2, !parts[0].contains("?"), isLines(parts[1]) else { return String(address) }
        return "\(address)#\(parts[1])"
    }

    /// Whether a fragment is one by which pages of code name their lines: `L12`, `L12-L14`.
    private static func isLines(_ fragment: Substring) -> Bool {
        fragment.first == "L" && fragment.count <= 24
            && fragment.allSatisfy { $0 == "L" || $0 == "-" || $0.isASCIIDigit }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}
