// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault

/// What of a rotation a client may know: that there is one, of what, and where it is.
package struct ClientRotation: Sendable, Equatable {
    /// Its id.
    package let id: String
    /// The app, or the static secret.
    package let path: String
    /// `leak` or `planned`.
    package let mode: String
    /// Where it is, as reports have it.
    package let state: String
    /// Whether what a person is waited for with is the removal of the old secret.
    package let awaitsRemoval: Bool

    /// Puts one together.
    package init(id: String, path: String, mode: String, state: String, awaitsRemoval: Bool = false) {
        self.id = id
        self.path = path
        self.mode = mode
        self.state = state
        self.awaitsRemoval = awaitsRemoval
    }

    /// Whether it waits for a person, or stands still until one looks.
    package var isWaiting: Bool { [RotationState.awaitingOperator, .stopped].map(\.rawValue).contains(state) }

    /// Whether nothing can happen in it any more.
    package var isOver: Bool { RotationState(rawValue: state)?.isOver ?? false }
}

extension ClientRotation {
    /// Takes it from a report.
    init(_ report: RotationReport) {
        self.init(
            id: report.id.description, path: report.app.description, mode: report.mode.rawValue,
            state: report.state.rawValue, awaitsRemoval: report.awaitsRemoval)
    }
}

extension Keeper {
    /// The rotations that this identity may read, without those that are known to be over: their journals have an end.
    ///
    /// What can't be read is left out, whatever hinders it: whoever goes on with a rotation is told.
    ///
    /// - Parameter over: The ids of those that are left out.
    /// - Returns: where each is.
    /// - Throws: what hinders finding out which there are; `CancellationError`.
    func clientRotations(besides over: Set<String>) async throws -> [ClientRotation] {
        var found: [ClientRotation] = []
        for (space, entryID) in try await vault.journals() {
            try Task.checkCancellation()
            let id = try VaultRotationJournal.rotationID(entryID)
            guard !over.contains(id.description) else { continue }
            let journal = VaultRotationJournal(vault: vault, app: try CredentialPath("\(space)/journal"))
            guard let events = try? await journal.events(of: id), let report = try? RotationReport(events: events)
            else { continue }
            found.append(ClientRotation(report))
        }
        return found
    }
}
