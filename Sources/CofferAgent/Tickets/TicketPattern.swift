// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// Which paths a ticket is good for: `main/amocrm/*`, where `*` stands for one segment and `**` for any number of them, none included.
package struct TicketPattern: Sendable, Equatable, CustomStringConvertible {
    /// How it was written.
    package let description: String
    private let segments: [Substring]

    /// Reads a pattern: 1 to 8 segments, each a star, two stars, or one that a path may have; nil for anything else.
    ///
    /// A star within a segment is refused: `prod*` would be good for what somebody names so later.
    package init?(_ text: String) {
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...CredentialPath.segmentCounts.upperBound).contains(segments.count),
            segments.allSatisfy({ $0 == "*" || $0 == "**" || (try? CredentialPath("a/\($0)")) != nil })
        else { return nil }
        description = text
        self.segments = segments
    }

    /// Whether a path is among those.
    package func matches(_ path: CredentialPath) -> Bool {
        Self.matches(segments[...], path.segments[...])
    }

    private static func matches(_ pattern: ArraySlice<Substring>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        let rest = pattern.dropFirst()
        if first == "**" { return matches(rest, path) || (!path.isEmpty && matches(pattern, path.dropFirst())) }
        guard let segment = path.first, first == "*" || first == segment else { return false }
        return matches(rest, path.dropFirst())
    }
}
