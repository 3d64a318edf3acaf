// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Something that differs from one customer of a provider to another, as a tenant or a data centre.
package struct ProviderVariable: Sendable, Equatable {
    /// What a value may be where nothing else is said: a host name or a part of one.
    ///
    /// No character in it can end a host name or begin another part of an address.
    package static let defaultPattern = "[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?"

    /// The name, as it stands in braces.
    package var name: String
    /// What it is, for people.
    package var about: String
    /// The value where none is given; `nil`: one must be given.
    package var fallback: String?
    /// A regular expression that a whole value matches.
    package var pattern: String

    /// Describes it.
    package init(_ name: String, about: String, fallback: String? = nil, pattern: String = Self.defaultPattern) {
        self.name = name
        self.about = about
        self.fallback = fallback
        self.pattern = pattern
    }

    /// A value that may be put into an address.
    ///
    /// - Throws: ``OAuthError`` `configuration`.
    func checked(_ value: String?, of provider: String) throws(OAuthError) -> String {
        guard let value = value ?? fallback else {
            throw OAuthError(.configuration, "\(provider) needs the setting \(name): \(about).")
        }
        let characters = value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Self.neverAllowed.contains($0) }
        guard characters, let expression = try? Regex(pattern), value.wholeMatch(of: expression) != nil else {
            throw OAuthError(
                .configuration, "The setting \(name) of \(provider) has not the form that it needs: \(about).")
        }
        return value
    }

    /// Whatever a pattern says: what ends a host or begins another part, and braces.
    private static let neverAllowed = Set("@/\\?#%{}\"'<>".utf8)
}
