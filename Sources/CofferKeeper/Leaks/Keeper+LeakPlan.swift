// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferRotation
import CofferVault
import Foundation

extension Keeper {
    /// What a rotation of an app would do.
    ///
    /// Changes nothing. No secret is in it, so that no event tells of the look.
    ///
    /// - Returns: the plan that would be written.
    /// - Throws: what ``openRotation(of:mode:taint:accessTokenLeaked:isForced:)`` would throw.
    package func previewRotation(
        of app: CredentialPath, mode: RotationMode = .leak, taint: TaintStrength? = nil,
        accessTokenLeaked: Bool = false, isForced: Bool = false
    ) async throws -> RotationPreview {
        let registration = try await replaceable(app).registration
        if !isForced { try await requireNoOpenRotation(of: app) }
        if mode == .planned, registration != nil { try await requireNoFormerClient(of: app) }
        let plan = try await plannedRotation(
            of: app, registration, mode: mode, taint: taint, accessTokenLeaked: accessTokenLeaked)
        var (stranded, unrefreshable): ([CredentialPath], [CredentialPath]) = ([], [])
        if registration != nil {
            stranded = try await connectionsOfFormerClient(of: app)
            unrefreshable = try await unrefreshableConnections(of: app)
        }
        let setting = try registration.flatMap { try api(of: app, $0) }
        return RotationPreview(
            plan, registration, accessTokenLeaked: accessTokenLeaked,
            credential: setting?.api == plan.driver ? setting?.credential : nil, stranded: stranded,
            unrefreshable: unrefreshable)
    }

    /// The connections of an app that have nothing to get new tokens with, so that a person connects them again.
    func unrefreshableConnections(of app: CredentialPath) async throws -> [CredentialPath] {
        try await readableConnections(of: app).filter { entry in
            // What only a newer program knows is left to that.
            guard let record = try ConnectionRecord.known(entry) else { return false }
            return record.wasConfirmed && !record.isRefreshable
        }.map(\.path)
    }

    /// What a leak calls for.
    ///
    /// Nothing is changed and nobody asked. That a string was looked for, or an exposure asked about, is an event, as it is with
    /// `audit trace` and `audit exposure`.
    ///
    /// - Parameters:
    ///   - scope: What is known.
    ///   - taint: What readers get while an app is rotated; nil for the default.
    ///   - accessTokenLeaked: Whether an access token is known to have leaked as well.
    /// - Returns: the plan, first things first.
    /// - Throws: ``KeeperError`` `not_permitted` for an exposure that only owners can tell; what ``trace(_:)`` and
    ///   ``exposure(_:)`` throw.
    package func leakPlan(
        _ scope: LeakScope, taint: TaintStrength? = nil, accessTokenLeaked: Bool = false
    ) async throws -> LeakPlan {
        let steps = LeakSteps(keeper: self, taint: taint, accessTokenLeaked: accessTokenLeaked)
        switch scope {
        case .string(let string):
            let report = try await trace(string)
            if let name = report.identityOf { return try await steps.plan(forIdentity: name, found: report) }
            return try await steps.plan(for: report)
        case .connection(let path):
            return LeakPlan(steps: [try await steps.newTokens(for: path, because: "its tokens are known to others")])
        case .identity(let name): return try await steps.plan(forIdentity: name)
        case .since(let date): return try await steps.plan(since: date)
        }
    }
}
