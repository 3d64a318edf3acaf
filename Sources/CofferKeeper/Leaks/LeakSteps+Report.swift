// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation

extension LeakSteps {
    /// A step, and the string that it is for, by its place in the list of strings.
    struct StringStep {
        var step: LeakStep
        let string: Int
    }

    /// What several strings call for, once each and the worst first.
    ///
    /// - Parameter reports: What is known of each string of ours, by its place in the list of strings.
    /// - Returns: the steps, and what limits the answer.
    /// - Throws: what reading the vault throws; ``KeeperError`` `not_permitted` for an exposure that only owners can tell.
    func steps(
        for reports: [Int: TraceReport]
    ) async throws -> (steps: [StringStep], notes: [String], isBroken: Bool) {
        var steps: [StringStep] = []
        var notes: [String] = []
        var isBroken = false
        for (string, report) in reports.sorted(by: { $0.key < $1.key }) {
            if let name = report.identityOf {
                let plan = try await plan(forIdentity: name, found: report)
                steps += plan.steps.map { StringStep(step: $0, string: string) }
                notes += plan.notes
                isBroken = isBroken || plan.isBroken
            }
            for match in report.matches {
                switch try await answer(to: match, amongOthers: true) {
                case .step(let step): steps.append(StringStep(step: step, string: string))
                case .note(let note): notes.append("\(match.path ?? match.space): \(note)")
                }
            }
        }
        let ordered = Self.credentialsFirst(try await ordered(steps), \StringStep.step)
        return (ordered.elements, notes + ordered.notes, isBroken)
    }

    // MARK: - Uniting

    /// What makes two steps one.
    private struct Key: Hashable {
        let action: LeakStep.Action
        let subject: String
        var field: String?
        var string: Int?

        init(_ found: StringStep) {
            action = found.step.action
            subject = found.step.subject
            switch action {
            // Each string is asked about by itself.
            case .ask: string = found.string
            case .replace, .withdraw: field = found.step.field
            case .removeIdentity, .repin, .rotate, .reissue, .endGrant, .finish: break
            }
        }
    }

    /// Each step once; of two for one connection the one for its refresh token, which also replaces the access token, and of two for
    /// one app the one for its registration token, which the rotation need not replace.
    private static func united(_ steps: [StringStep]) -> [StringStep] {
        var places: [Key: Int] = [:]
        var kept: [StringStep] = []
        for found in steps {
            let key = Key(found)
            if let place = places[key] {
                let isMore = found.step.field == SecretField.registrationToken.rawValue
                if isMore || kept[place].step.field == SecretField.accessToken.rawValue { kept[place] = found }
            } else {
                places[key] = kept.count
                kept.append(found)
            }
        }
        return kept
    }

    /// The order in which steps are done: what lets a thief mint more before what was minted, and questions at last.
    private static let order: [LeakStep.Action] = [
        .removeIdentity, .repin, .rotate, .finish, .reissue, .endGrant, .ask, .replace, .withdraw,
    ]

    /// The place of a step in that order: a static secret mints nothing, and a person may be needed for it, so that it comes
    /// when all that Coffer does by itself is done.
    private static func rank(_ step: LeakStep) -> Int {
        let isOfValue = step.action == .rotate && step.rotation?.subject == .value
        return 2 * (order.firstIndex(of: isOfValue ? .ask : step.action) ?? order.endIndex) + (isOfValue ? 1 : 0)
    }

    /// Each once, the worst first; without what the rotation of an app does for its connections, which then holds back their tokens.
    private func ordered(_ steps: [StringStep]) async throws -> [StringStep] {
        let apps = Set(steps.filter { $0.step.action == .rotate }.map(\.step.subject))
        // Of a connection of which both tokens leaked only one step is kept.
        let exposed = Set(
            steps.filter { $0.step.action == .reissue && $0.step.field != SecretField.refreshToken.rawValue }
                .compactMap { Self.app(of: $0.step) })
        var kept = Self.united(steps).filter { found in
            guard [.reissue, .endGrant].contains(found.step.action), let app = Self.app(of: found.step) else {
                return true
            }
            return !apps.contains(app)
        }
        for index in kept.indices where kept[index].step.action == .rotate && exposed.contains(kept[index].step.subject)
        {
            let path = try CredentialPath(kept[index].step.subject)
            kept[index].step = try await rotation(of: path, field: kept[index].step.field, accessTokenLeaked: true)
        }
        return kept.enumerated()
            .sorted { (Self.rank($0.element.step), $0.offset) < (Self.rank($1.element.step), $1.offset) }
            .map(\.element)
    }

    /// The app above a connection that a step is for.
    private static func app(of step: LeakStep) -> String? {
        (try? CredentialPath(step.subject))?.parent?.description
    }
}
