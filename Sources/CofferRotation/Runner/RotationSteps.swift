// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What a rotation does to the world, one method for each step.
///
/// Each is idempotent and keyed by the plan's id: it may be called again after a kill at any moment and must then
/// find what it did, or finish it. Each has a deadline of its own. Errors thrown leave the rotation open, to be resumed.
package protocol RotationSteps: Sendable {
    /// Marks the app's tokens as known to others, in force in every process when it returns.
    func taint(_ plan: RotationPlan) async throws

    /// The connections of the app, most exposed first; asked once, with the taint in force, where the plan names none.
    func connections(_ plan: RotationPlan) async throws -> [CredentialPath]

    /// Stops every refresh of the app; returns when the flights under way have landed.
    func freeze(_ plan: RotationPlan) async throws

    /// Asks for a new secret and seals it as pending before it returns.
    ///
    /// The request is in the journal before this is called. With the `operator` driver nothing is sent; it gives the
    /// instructions. Where the plan has two secrets side by side, one is added and the old one stays in force.
    /// - Parameters:
    ///   - plan: the rotation.
    ///   - attempt: 1, and one more for each pending secret that the provider refused.
    ///   - mayHaveBeenSent: an earlier request is in the journal without an answer: read what the provider holds
    ///     and what is sealed as pending first.
    /// - Returns: the sealed secret's evidence, or what a person must do.
    /// - Throws: what hinders the request or the sealing; the request then counts as unanswered.
    func replaceSecret(
        _ plan: RotationPlan, attempt: Int, mayHaveBeenSent: Bool
    ) async throws -> SecretReplacement

    /// Checks the form of what a person pasted, that it is not the old secret, and seals it as pending in place of any
    /// other pending one; a client id that came with it in the same write.
    ///
    /// - Parameters:
    ///   - secret: what was pasted.
    ///   - clientID: the client id that goes with it; nil where nobody said which, which is refused where the provider gives
    ///     another one.
    ///   - plan: the rotation.
    /// - Returns: the client id, where it is another than that in force.
    /// - Throws: `RotationError` with code `unusable_secret` or `unusable_client_id`, whose message tells the person why.
    func accept(_ secret: Secret, clientID: String?, _ plan: RotationPlan) async throws -> String?

    /// The evidence of a secret that this rotation sealed as pending and nobody refused, if there is one: the journal may not
    /// have heard of it, and a person is not asked twice.
    func sealedSecret(_ plan: RotationPlan) async throws -> String?

    /// The other client id that came with a pending secret of this rotation which the provider refused, if one did.
    func refusedClientID(_ plan: RotationPlan) async throws -> String?

    /// Asks the provider whether it accepts the pending secret (subject `new client_secret`, claim `accepted`).
    ///
    /// *Unproven* is for what nobody can be asked about, or is not told: it stops nothing.
    /// - Throws: `RotationError` with code `unanswered` where the provider can be asked and does not answer now.
    func provePendingSecret(_ plan: RotationPlan) async throws -> Proof

    /// Makes the pending secret the current one, and the client id that came with it, retires the old one and ends the
    /// freeze, in one write.
    func switchSecret(_ plan: RotationPlan) async throws

    /// Has the old secret removed that stands beside the new one; may find that it is gone.
    ///
    /// What still flies with the old secret has landed before it is removed.
    /// - Parameters:
    ///   - plan: the rotation.
    ///   - byPerson: nothing has shown that the new secret works: nothing is removed, and a person is told so.
    /// - Returns: that it is gone, or what a person must do.
    /// - Throws: what hinders the request; it may be made again.
    func removeOldSecret(_ plan: RotationPlan, byPerson: Bool) async throws -> SecretRemoval

    /// Asks the provider whether it refuses the old secret (subject `old client_secret`, claim `refused`), after the
    /// provider's propagation time.
    ///
    /// - Throws: as ``provePendingSecret(_:)``.
    func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof

    /// Gives one connection new tokens.
    ///
    /// Throws for cancellation and for trouble with the vault only: one connection's failure is a result.
    func reissue(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult

    /// Asks whether a reissued connection's old access token is dead and the new one works, never presenting an old
    /// refresh token.
    func proveTokens(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof]

    /// Asks whether the old access token of a connection is dead that is left as it is, never presenting a refresh token.
    ///
    /// - Returns: the proof (subject `old access token`, claim `dead`), *unproven* where nobody can be asked.
    /// - Throws: trouble with the vault, and cancellation.
    func proveLeft(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof]

    /// The connections of the app that are in no plan and have tokens from before all the same: they were made while the rotation was
    /// being opened, or are found later.
    ///
    /// Asked at the end, and again until nothing new is found; what was found is then reissued and asked about as what was planned.
    func unplanned(_ plan: RotationPlan) async throws -> [CredentialPath]

    /// Destroys the retired secret and what leaked, and ends the rotation; connections not reissued stay tainted.
    ///
    /// - Parameters:
    ///   - plan: the rotation.
    ///   - openItems: what is left for a person.
    /// - Throws: trouble with the vault.
    func close(_ plan: RotationPlan, openItems: [String]) async throws
}

extension RotationSteps {
    /// None came.
    package func refusedClientID(_ plan: RotationPlan) async throws -> String? { nil }

    /// There are none.
    package func unplanned(_ plan: RotationPlan) async throws -> [CredentialPath] { [] }
}
