// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
package import CofferRotation

/// What a rotation that is opened now would do.
package struct RotationPreview: Sendable, Equatable, Encodable {
    /// The app, or the static secret.
    package let app: String
    /// Which of them.
    package let subject: RotationSubject
    /// `leak` or `planned`.
    package let mode: RotationMode
    /// What replaces the secret.
    package let driver: String
    /// Whether the new secret stands beside the old one until that is removed.
    package let overlaps: Bool
    /// What readers get meanwhile; absent where nothing leaked.
    package let taint: TaintStrength?
    /// The connections that are reissued, in their order.
    package let connections: [String]
    /// How long this takes at the provider's stated pace, at least, in seconds; absent where it states none.
    package let estimatedSeconds: Int?
    /// What a person has to do.
    package let operatorSteps: [String]
    /// Where a person begins.
    package let operatorLink: String?
    /// Whether an access token leaked too, which decides the default strength.
    package let accessTokenLeaked: Bool

    /// Looks ahead.
    init(_ plan: RotationPlan, _ registration: ClientRegistration, accessTokenLeaked: Bool) {
        app = plan.app.description
        subject = plan.subject
        mode = plan.mode
        driver = plan.driver
        overlaps = plan.overlaps
        taint = plan.taint
        connections = plan.connections.map(\.description)
        estimatedSeconds =
            ReissueEstimate(
                provider: registration.provider, connectionCount: plan.connections.count, appRequestCount: 2,
                provesTokens: plan.mode == .leak
            ).seconds
        let person = DriverTable.person(for: registration)
        let request = plan.overlaps ? person.requestToAdd(for: registration) : person.request(for: registration)
        let removal = plan.overlaps ? person.requestToRemove(for: registration).steps : []
        operatorSteps = plan.startsWithOperator ? request.steps + removal : []
        operatorLink = plan.startsWithOperator ? request.link : nil
        self.accessTokenLeaked = accessTokenLeaked
    }
    /// Looks ahead to the replacement of a static secret.
    init(of plan: RotationPlan) {
        app = plan.app.description
        subject = plan.subject
        mode = plan.mode
        driver = plan.driver
        overlaps = plan.overlaps
        taint = plan.taint
        connections = []
        estimatedSeconds = nil
        let removal = plan.overlaps ? StaticSecretSteps.removal(plan).steps : []
        operatorSteps = StaticSecretSteps.request(plan).steps + removal
        operatorLink = nil
        accessTokenLeaked = false
    }
}
