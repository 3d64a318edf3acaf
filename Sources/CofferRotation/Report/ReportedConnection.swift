// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What became of one connection.
package struct ReportedConnection: Sendable, Equatable {
    /// Its path.
    package let path: CredentialPath

    /// Where it is.
    package let outcome: Outcome

    /// How often it was tried.
    package let tries: Int

    /// Why it has no new tokens, if it has none.
    package internal(set) var reason: String?

    /// The weakest result about its tokens: what can be said of the connection as a whole.
    package let tokens: ProofResult?

    /// When it was last tried.
    package internal(set) var handledAt: Date?

    /// What can become of a connection.
    package enum Outcome: String, Sendable {
        /// Not yet tried, or to be tried again.
        case pending

        /// It has new tokens.
        case reissued

        /// Only a person can.
        case needsPerson = "needs_person"

        /// It did not work.
        case failed
    }

    /// Makes a row from the machine's outcome.
    init(path: CredentialPath, outcome: RotationMachine.Outcome?, isClosed: Bool) {
        self.path = path
        tries = outcome?.tries ?? 0
        reason = outcome?.result.reason
        let results = outcome?.proofs?.map(\.result) ?? []
        tokens =
            if results.contains(.refuted) {
                .refuted
            } else if results.contains(.unproven) || outcome?.proofs?.isEmpty == true {
                .unproven
            } else if results.isEmpty {
                nil
            } else {
                .proven
            }
        self.outcome =
            switch outcome?.result {
            case nil: .pending
            case .reissued: .reissued
            case .needsPerson: .needsPerson
            case .failed(_, let retryable): retryable && !isClosed ? .pending : .failed
            }
    }
}
