// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What came of reissuing one connection.
package enum ReissueResult: Sendable, Equatable {
    /// It has new tokens, its taint is over.
    case reissued

    /// Only a person can: it stays tainted and becomes an open item.
    case needsPerson(reason: String)

    /// It did not work; if `retryable`, another try later in the same rotation may, which stays open for that.
    case failed(reason: String, retryable: Bool)

    /// The result's name in the journal and the report.
    package var name: String {
        switch self {
        case .reissued: "reissued"
        case .needsPerson: "needs_person"
        case .failed: "failed"
        }
    }

    /// Whether another try may work that is made later and by nobody's help.
    var mayWorkLater: Bool {
        if case .failed(_, retryable: true) = self { true } else { false }
    }

    /// Why it did not work, if it did not.
    package var reason: String? {
        switch self {
        case .reissued: nil
        case .needsPerson(let reason), .failed(let reason, _): reason
        }
    }

    /// The same result with its reason made safe to show; a reason may quote a provider.
    var cleaned: ReissueResult {
        switch self {
        case .reissued: .reissued
        case .needsPerson(let reason): .needsPerson(reason: DisplayText.clean(reason))
        case .failed(let reason, let retryable): .failed(reason: DisplayText.clean(reason), retryable: retryable)
        }
    }
}
