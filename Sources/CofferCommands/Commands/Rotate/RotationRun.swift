// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferRotation

/// A rotation that is run for a person or a script: progress, the report, and the status.
struct RotationRun {
    /// What runs it.
    private let keeper: Keeper

    /// Where to print.
    private let context: CommandContext

    /// Who acts where a person must.
    private let person: OperatorAtTerminal

    /// Whether a person does what a program was planned to do.
    private let byHand: Bool
    private let withoutAnswers: Bool

    /// Prepares a run.
    init(
        _ keeper: Keeper, _ context: CommandContext, _ person: OperatorAtTerminal, byHand: Bool = false,
        withoutAnswers: Bool = false
    ) {
        self.byHand = byHand
        self.withoutAnswers = withoutAnswers
        self.keeper = keeper
        self.context = context
        self.person = person
    }

    /// Opens a rotation, and says so.
    ///
    /// - Returns: its run, which does not read the new secret from standard input: it is not known yet, whatever that holds.
    /// - Throws: what the keeper throws; nothing is open then.
    static func opening(
        _ app: CredentialPath, mode: RotationMode = .leak, taint: TaintStrength?, accessTokenLeaked: Bool,
        isForced: Bool = false, clientID: String? = nil, _ keeper: Keeper, _ context: CommandContext
    ) async throws -> (run: RotationRun, id: RotationID) {
        if clientID != nil { try await keeper.requireClientIDMayChange(of: app) }
        let id = try await keeper.openRotation(
            of: app, mode: mode, taint: taint, accessTokenLeaked: accessTokenLeaked, isForced: isForced)
        context.diagnostics.note("rotation \(id) of \(app) is open")
        return (RotationRun(keeper, context, OperatorAtTerminal(context, readsInput: false, clientID: clientID)), id)
    }

    /// Runs until it rests, and prints the report.
    ///
    /// - Parameters:
    ///   - id: which; the only one that is open if absent.
    ///   - asJSON: the report's form.
    /// - Throws: ``PrintedOutcome`` where the report says that something is left; what the keeper throws.
    func run(_ id: RotationID?, asJSON: Bool) async throws {
        let report = try await report(id)
        try context.output.write(asJSON ? JSONText.document(report) : report.instructionText)
        if let status = report.exitStatus { throw PrintedOutcome(status: status) }
    }

    /// Runs until it rests.
    ///
    /// - Returns: the report, which is not printed.
    /// - Throws: what the keeper throws, after saying that nothing is lost.
    func report(_ id: RotationID?) async throws -> RotationReport {
        let diagnostics = context.diagnostics
        let bar = ConnectionBar(now: context.now)
        do {
            defer { diagnostics.endProgress() }
            let report = try await keeper.resumeRotation(
                id, operator: person, byHand: byHand, withoutAnswers: withoutAnswers
            ) {
                RotationNews($0, bar).tell(diagnostics)
            }
            if let hint = person.unusedClientID(in: report) { diagnostics.warn(hint) }
            return try await keeper.surveyed(report)
        } catch {
            if let id { diagnostics.hint("nothing is lost; go on with: coffer rotate resume \(id)") }
            throw error
        }
    }
}
