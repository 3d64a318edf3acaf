// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What happens to tokens minted before the leak until their connection is reissued.
package enum TaintStrength: String, Codable, Sendable {
    /// They are not handed out.
    case hold

    /// They are handed out, marked tainted.
    case serve

    /// What a rotation uses when nobody says otherwise.
    ///
    /// Minutes of holding are fair where a program replaces the secret. While a person must act, holding may last for days
    /// and hinders us, not the thief, unless an access token itself leaked.
    package static func byDefault(startsWithOperator: Bool, accessTokenLeaked: Bool) -> TaintStrength {
        startsWithOperator && !accessTokenLeaked ? .serve : .hold
    }
}
