// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// Finds one field in a form (`application/x-www-form-urlencoded`) of any length.
///
/// Nested values keep the names that PHP gives them, as `auth[member_id]`: both vendors' forms are written so.
enum FormText {
    /// What is found.
    enum Finding {
        /// No field of that name.
        case absent
        /// One, decoded.
        case once(Secret)
        /// Several of that name, or one whose escapes are broken.
        case unclear
    }

    /// Looks for a field; names and values of others are not decoded further than it takes to tell them apart.
    static func find(_ name: String, in text: String) -> Finding {
        var found: Secret?
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let half = halves.first, QueryText.unescape(half) == name else { continue }
            guard found == nil, let value = halves.count > 1 ? QueryText.unescape(halves[1]) : "" else {
                return .unclear
            }
            found = Secret(value)
        }
        return found.map { .once($0) } ?? .absent
    }
}
