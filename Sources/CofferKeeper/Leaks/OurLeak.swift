// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Something of ours that a scanner found: one field of one entry, present or past, or an identity.
package struct OurLeak: Sendable, Encodable {
    /// The entry's path; absent where it is gone and the events are sealed to others, and for an identity.
    package let path: String?
    /// The space; absent for an identity.
    package let space: String?
    /// The field, as `client_secret`; absent for an identity.
    package let field: String?
    /// `present`, `waiting`, `past` or `spent`; absent for an identity.
    package let state: String?
    /// Whose identity it is, if it is the text of one.
    package let identity: String?
    /// In how many findings of the report it is.
    package internal(set) var findings = 0
    /// Where it was found, each place once, in the report's order: the first hundred.
    package internal(set) var places: [FoundPlace] = []
    /// Whether there are more places; absent if there are not.
    package internal(set) var morePlaces: Bool?

    /// The most places that are kept: whoever knows one secret of ours could write a report of nothing else.
    static let mostPlaces = 100

    /// A field of an entry.
    init(_ match: TraceReport.Match) {
        (path, space, field, state) = (match.path, match.space, match.field, match.state)
        identity = nil
    }

    /// An identity.
    init(identity name: String) {
        (path, space, field, state) = (nil, nil, nil, nil)
        identity = name
    }
}
