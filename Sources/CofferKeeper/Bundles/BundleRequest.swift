// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a bundle is to hold.
package struct BundleRequest: Sendable {
    /// The longest life, in which a bundle of static secrets is a lent thing and not a copy: 24 hours.
    package static var longestLife: Duration { .seconds(86400) }
    /// The life without a request for another: an hour.
    package static var usualLife: Duration { .seconds(3600) }

    /// The member it is for.
    package var member: String
    /// What goes in: entries at these paths or below them; everything the member may read if empty.
    package var prefixes: [String]
    /// How long it is opened at most; the shortest token in it may end that sooner.
    package var life: Duration
    /// Whether it may be read where no event can be written into it.
    package var allowsUnauditedReading: Bool

    /// Makes a request.
    package init(member: String, prefixes: [String], life: Duration, allowsUnauditedReading: Bool) {
        self.member = member
        self.prefixes = prefixes
        self.life = life
        self.allowsUnauditedReading = allowsUnauditedReading
    }

    /// Whether an entry's path was asked for.
    func includes(_ path: String) -> Bool {
        prefixes.isEmpty
            || prefixes.contains { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
    }
}
