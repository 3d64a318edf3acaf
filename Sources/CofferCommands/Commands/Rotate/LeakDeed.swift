// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferRotation

/// What is done of a plan: every rotation is opened, and then one step follows the other.
///
/// An operator's prompt waits for half an hour, and what leaked of the others must not be handed out meanwhile.
struct LeakDeed {
    /// A rotation of the plan.
    private struct Opened {
        let run: RotationRun
        let id: RotationID
        var isOver = false
    }

    private let keeper: Keeper
    private let context: CommandContext
    private let isJSON: Bool
    /// What was opened here, by its subject.
    private var rotations: [String: Opened] = [:]
    /// Why others could not be.
    private var failures: [String: CommandError] = [:]
    /// The subjects of both, in the plan's order.
    private var subjects: [String] = []
    /// The one that is being worked, which says itself how it goes on.
    private var present: String?

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - keeper: what does it.
    ///   - context: where to print and ask.
    ///   - isJSON: whether what comes of it is printed by somebody else.
    init(keeper: Keeper, context: CommandContext, isJSON: Bool) {
        self.keeper = keeper
        self.context = context
        self.isJSON = isJSON
    }

    /// Does what is Coffer's of a plan.
    ///
    /// - Returns: what came of each step.
    /// - Throws: an end that somebody asked for; what was opened stays open and tainted.
    mutating func perform(_ leak: some ShownLeak) async throws -> [LeakStepResult] {
        do {
            try await openAll(leak.plan.steps)
            let results = try await performAll(leak)
            tellOpen()
            return results
        } catch {
            tellOpen(isCutShort: true)
            throw error
        }
    }

    /// One failure never stops the rest; an end that somebody asked for does.
    private static func failure(_ error: any Error) throws -> CommandError {
        let failure = CommandError(error)
        guard ![.interrupted, .terminated].contains(failure.status), failure.code != "cancelled" else { throw error }
        return failure
    }

    // MARK: - Opening

    private mutating func openAll(_ steps: [LeakStep]) async throws {
        for step in steps where step.action == .rotate && !subjects.contains(step.subject) {
            subjects.append(step.subject)
            do {
                let (run, id) = try await RotationRun.opening(
                    CredentialPath(step.subject), taint: step.rotation?.taint,
                    accessTokenLeaked: step.rotation?.accessTokenLeaked ?? false, keeper, context)
                rotations[step.subject] = Opened(run: run, id: id)
            } catch {
                failures[step.subject] = try Self.failure(error)
            }
        }
        guard rotations.count > 1 else { return }
        context.diagnostics.note(
            "\(rotations.count) rotations are open, and what they replace is tainted: \(named(subjects))")
    }

    /// Those that are open, each with its id.
    private func named(_ subjects: [String]) -> String {
        subjects.compactMap { subject in rotations[subject].map { "\(subject) (\($0.id))" } }.joined(separator: ", ")
    }

    /// Says how those go on that are open: one alone says so by its report, and where it was cut short, by itself.
    private func tellOpen(isCutShort: Bool = false) {
        let open = subjects.filter { rotations[$0]?.isOver == false }
        guard open.count > 1 || isCutShort && open.contains(where: { $0 != present }) else { return }
        context.diagnostics.note("still open and tainted: \(named(open))")
        for subject in open {
            guard let id = rotations[subject]?.id else { continue }
            context.diagnostics.hint("\(subject) goes on with: coffer rotate resume \(id)")
        }
    }

    // MARK: - The steps

    private mutating func performAll(_ leak: some ShownLeak) async throws -> [LeakStepResult] {
        var results: [LeakStepResult] = []
        for (index, step) in leak.plan.steps.enumerated() where step.action.isOurs {
            let result: LeakStepResult
            do {
                result = try await perform(step, leak.strings(ofStep: index))
            } catch {
                let failure = try Self.failure(error)
                result = LeakStepResult(step, failure, await report(of: step))
            }
            present = nil
            if !isJSON { try context.output.write("\n\(result.text)") }
            results.append(result)
        }
        return results
    }

    /// How far the rotation of a step that failed has come; nil where none was opened.
    private func report(of step: LeakStep) async -> RotationReport? {
        guard step.action == .rotate, let id = rotations[step.subject]?.id else { return nil }
        return try? await keeper.rotation(id)
    }

    private mutating func perform(_ step: LeakStep, _ strings: [Secret]) async throws -> LeakStepResult {
        let path = try CredentialPath(step.subject)
        switch step.action {
        case .rotate: return try await rotate(step, path)
        case .reissue:
            let isWhole = step.field != "access_token"
            let contained = try await keeper.reissueLeaked(
                path, refreshTokenLeaked: isWhole, accessTokens: strings)
            return LeakStepResult(step, contained)
        case .endGrant: return LeakStepResult(step, try await keeper.endLeakedGrant(path))
        case .ask:
            guard let string = strings.first else {
                throw CommandError("internal", message: "a question without what it is about")
            }
            return LeakStepResult(step, try await keeper.askAboutLeaked(string, step))
        case .removeIdentity, .repin, .finish, .replace, .withdraw:
            throw CommandError("internal", message: "a step that is a person's")
        }
    }

    private mutating func rotate(_ step: LeakStep, _ path: CredentialPath) async throws -> LeakStepResult {
        if let failure = failures[step.subject] { throw failure }
        guard let opened = rotations[step.subject] else {
            throw CommandError("internal", message: "a rotation that was not opened")
        }
        // With a credential that others have, they would have the new secret as well.
        if let first = step.after, rotations[first]?.isOver != true {
            return LeakStepResult(step, try await keeper.rotation(opened.id), waitingFor: first)
        }
        present = step.subject
        let report: RotationReport
        var isKept = false
        if step.field == "registration_token" {
            let watched = try await keeper.watchingRegistrationToken(of: path) {
                try await opened.run.report(opened.id)
            }
            report = watched.result
            isKept = watched.isKept
        } else {
            report = try await opened.run.report(opened.id)
        }
        rotations[step.subject]?.isOver = report.state.isOver
        return LeakStepResult(step, report, keepsRegistrationToken: isKept)
    }
}
