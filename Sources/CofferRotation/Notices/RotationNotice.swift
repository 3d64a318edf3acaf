// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What the rest of the world hears of a rotation: that tokens are tainted, that a person is needed, that it is over.
///
/// Made of the journal alone, so that the same journal gives the same notices with the same ids. No secret is in one, and no
/// text of a provider's either: it leaves the house.
package struct RotationNotice: Sendable, Equatable {
    /// What is told.
    package enum Kind: String, Sendable {
        /// The app's tokens are tainted in every process.
        case tainted
        /// The rotation waits for a person, or stands still until one looks.
        case needsPerson = "needs_person"
        /// It is over: closed, or given up for another.
        case closed
    }

    /// The most connections that are named; the report names all.
    package static let mostNamed = 20

    /// `r-0123456789abcdef-tainted-1`: the rotation, the kind and the place in the journal, the same however often it is sent.
    ///
    /// No full stop is in it, as the Standard Webhooks specification asks for ("Signature scheme").
    package let id: String

    /// What is told.
    package let kind: Kind

    /// The rotation.
    package let rotation: RotationID

    /// The app, or the static secret.
    package let app: CredentialPath

    /// Leak or planned.
    package let mode: RotationMode

    /// Where the rotation was then.
    package let state: RotationState

    /// When it happened, which is not when it is told.
    package let at: Date

    /// What readers get until their connection is reissued; absent where nothing leaked.
    package let taint: TaintStrength?

    /// How many connections the rotation is to reissue.
    package let connectionCount: Int

    /// What is to be done, a sentence each; none where nothing is.
    package let toDo: [String]

    /// The page to open, if there is one.
    package let link: String?

    /// At the end: the connections without new tokens, the first of them; else none.
    package let left: [CredentialPath]

    /// At the end: how many connections have no new tokens.
    package let leftCount: Int

    /// At the end of one that was closed: whether something could not be proven, or a connection has no new tokens.
    package let isUnproven: Bool?

    /// What happened, as the end of a sentence.
    package var phrase: String {
        switch kind {
        case .tainted: "\(app) is marked as leaked"
        case .needsPerson: "rotation \(rotation) of \(app) needs a person"
        case .closed: "rotation \(rotation) of \(app) is \(state.rawValue)"
        }
    }
}
