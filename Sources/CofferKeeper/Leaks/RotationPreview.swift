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

    /// Looks ahead; without a registration to the replacement of a static secret.
    init(_ plan: RotationPlan, _ registration: ClientRegistration?, accessTokenLeaked: Bool) {
        app = plan.app.description
        subject = plan.subject
        mode = plan.mode
        driver = plan.driver
        overlaps = plan.overlaps
        taint = plan.taint
        connections = plan.connections.map(\.description)
        estimatedSeconds = registration.flatMap { registration in
            ReissueEstimate(
                provider: registration.provider, connectionCount: plan.connections.count, appRequestCount: 2,
                provesTokens: plan.mode == .leak
            ).seconds
        }
        let requests = plan.startsWithOperator ? Self.requests(plan, registration) : []
        operatorSteps = requests.flatMap(\.steps)
        operatorLink = requests.first?.link
        self.accessTokenLeaked = accessTokenLeaked
    }

    /// What a person is asked, from the new secret to the end of the old one.
    private static func requests(_ plan: RotationPlan, _ registration: ClientRegistration?) -> [OperatorRequest] {
        guard let registration else {
            let request = StaticSecretSteps.request(plan)
            return plan.overlaps ? [request, StaticSecretSteps.removal(plan)] : [request]
        }
        let person = DriverTable.person(for: registration)
        return plan.overlaps
            ? [person.requestToAdd(for: registration), person.requestToRemove(for: registration)]
            : [person.request(for: registration)]
    }
}
