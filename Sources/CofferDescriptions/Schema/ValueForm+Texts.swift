// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

extension ValueForm where Value == String {
    /// A provider's id.
    static var identifier: Self {
        Self(
            wanted: "1 to 64 small letters, digits and hyphens, a letter or digit first",
            parse: { node in
                guard let text = node.scalar?.string, (1...64).contains(text.utf8.count), !text.hasPrefix("-"),
                    text.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
                else { return nil }
                return text
            }, emit: { Node($0) })
    }

    /// What separates scopes.
    static var separator: Self {
        Self(
            wanted: "a space, a comma or both, in quotes",
            parse: { node in node.scalar.flatMap { [" ", ",", ", ", "+"].contains($0.string) ? $0.string : nil } },
            emit: { Node($0, .implicit, .doubleQuoted) })
    }

    /// A regular expression; the compiler of a long one takes more than a kilobyte for each of its characters.
    static var pattern: Self {
        Self(
            wanted: "a regular expression of at most 256 bytes",
            parse: { node in
                guard let text = text.parse(node), text.utf8.count <= 256, (try? Regex(text)) != nil else { return nil }
                return text
            },
            emit: { Node($0, .implicit, .doubleQuoted) })
    }
}

extension ValueForm where Value == EndpointTemplate {
    /// An address in which `{account}` and variables may stand.
    static var endpoint: Self {
        Self(
            wanted: "an https address, in which {account} and variables may stand",
            parse: { ValueForm<String>.address.parse($0).map { EndpointTemplate($0) } }, emit: { Node($0.text) })
    }
}

extension ValueForm where Value == DescriptionSource {
    /// A page that was read: `{url: …, read: 2026-11-21, fields: […]}`.
    static var source: Self {
        members(
            ["url", "read", "fields"], wanted: "a table of url, read (a day, as 2026-11-21) and fields",
            { mapping in
                guard let url = mapping["url"].flatMap(ValueForm<String>.address.parse),
                    let day = mapping["read"]?.scalar?.string, isDay(day),
                    let fields = mapping["fields"].flatMap(ValueForm<[String]>.list(.text).parse), !fields.isEmpty
                else { return nil }
                return DescriptionSource(url, read: day, fields: fields)
            },
            emit: { source in
                [
                    ("url", Node(source.url)), ("read", Node(source.read)),
                    ("fields", ValueForm<[String]>.list(.text).emit(source.fields)),
                ]
            })
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return false }
        return (1...12).contains(Int(parts[1]) ?? 0) && (1...31).contains(Int(parts[2]) ?? 0)
    }
}
