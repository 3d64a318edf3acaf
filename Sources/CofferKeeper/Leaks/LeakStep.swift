// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One thing that a leak calls for, and how it is done.
///
/// What each kind of leak calls for is the vendors' order: the `client_secret` before the tokens, or whoever has it mints new
/// ones; an identity before everything it can open, or it opens the new values as well.
package struct LeakStep: Sendable, Equatable, Encodable {
    /// What is done.
    package enum Action: String, Sendable, Encodable {
        /// The leaked identity leaves the vault; whoever used it makes another first.
        case removeIdentity = "remove_identity"
        /// Whoever trusts a manifest from before an owner left is given the new pin.
        case repin
        /// The app's secret is replaced, and then every token; or a static secret is.
        case rotate
        /// The connection gets new tokens, which spends the leaked ones.
        case reissue
        /// The grant is ended and the account connected again: a refresh would leave the leaked token in force.
        case endGrant = "end_grant"
        /// The provider is asked whether it still takes what was replaced here before.
        case ask
        /// A rotation that is open already is finished first.
        case finish
        /// A person makes a new value.
        case replace
        /// What is gone or out of use here is ended where it came from.
        case withdraw

        /// Whether Coffer does it, perhaps with a person's help; otherwise it only says how it is done.
        package var isOurs: Bool {
            switch self {
            case .rotate, .reissue, .endGrant, .ask: true
            case .removeIdentity, .repin, .finish, .replace, .withdraw: false
            }
        }
    }

    /// What is done.
    package let action: Action
    /// The path or the identity that it is done to.
    package let subject: String
    /// Why, one clause.
    package let because: String
    /// What does it by itself; absent where no single command does.
    package var command: String?
    /// What a person does, in order.
    package var steps: [String] = []
    /// Where a person begins.
    package var link: String?
    /// The rotation, if it is one.
    package var rotation: RotationPreview?
    /// How long it takes at the provider's stated pace, at least, in seconds.
    package var estimatedSeconds: Int?
    /// The field that leaked, if it is one.
    package var field: String?
    /// What is replaced before: the app or static secret that this one's API is asked with, where that leaked as well.
    package var after: String?
}
