// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
package import CofferRotation

/// What a rotation that is opened now would do.
package struct RotationPreview: Sendable, Equatable, Encodable {
    /// The app.
    package let app: String
    /// `leak`.
    package let mode: RotationMode
    /// What replaces the secret.
    package let driver: String
    /// What readers get meanwhile.
    package let taint: TaintStrength
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
        mode = plan.mode
        driver = plan.driver
        taint = plan.taint
        connections = plan.connections.map(\.description)
        estimatedSeconds =
            ReissueEstimate(
                provider: registration.provider, connectionCount: plan.connections.count, appRequestCount: 2
            ).seconds
        let request = plan.startsWithOperator ? DriverTable.person(for: registration).request(for: registration) : nil
        operatorSteps = request?.steps ?? []
        operatorLink = request?.link
        self.accessTokenLeaked = accessTokenLeaked
    }
}
