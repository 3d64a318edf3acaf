// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

// An app of a provider that is no longer known, or a connection that only a newer program can read, must not take from the others
// their plan: it is the first that somebody looks for at night.

extension LeakSteps {
    /// What one place calls for, which leaves the others their plan where there are some.
    ///
    /// - Parameters:
    ///   - match: The place.
    ///   - hasOthers: Whether it is one of several; alone, the error itself is the answer.
    /// - Returns: something to do, or something to know.
    /// - Throws: what planning for it throws, where that ends the whole plan.
    func answer(to match: TraceReport.Match, amongOthers hasOthers: Bool) async throws -> Answer {
        do {
            return try await answer(to: match)
        } catch {
            let subject = match.path ?? match.space
            guard hasOthers, let step = Self.instead(of: subject, field: match.field, after: error) else { throw error }
            return .step(step)
        }
    }

    /// The step that a body plans, or what is said in its place.
    func tolerantly(for subject: String, _ body: () async throws -> LeakStep) async throws -> LeakStep {
        do {
            return try await body()
        } catch {
            guard let step = Self.instead(of: subject, after: error) else { throw error }
            return step
        }
    }

    /// What is said of something that can't be planned for.
    ///
    /// - Returns: nil after an error that says something of the whole vault, or of who asks, and not of this one place.
    static func instead(of subject: String, field: String? = nil, after error: any Error) -> LeakStep? {
        let (reason, deed): (String, String)
        switch error {
        case let error as KeeperError where error.code != .notPermitted:
            (reason, deed) = (error.message, "End it where it came from.")
        case let error as OAuthError: (reason, deed) = (error.message, "End it where it came from.")
        case let error as VaultError where error.code == .newerFormat:
            (reason, deed) = (error.message, "Contain it with the newer program, or end it where it came from.")
        default: return nil
        }
        return LeakStep(action: .withdraw, subject: subject, because: reason, steps: [deed], field: field)
    }
}
