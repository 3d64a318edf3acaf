// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
import CofferRotation

/// Which driver replaces an app's secret: chosen when a rotation is planned, found again by its name when it is resumed.
package struct DriverTable: Sendable {
    /// The name of the driver over the client configuration endpoint, in plans and reports.
    package static let rfc7592 = "rfc7592"

    private let client: RegistrationClient

    /// Makes a table whose drivers send through a client.
    package init(_ client: RegistrationClient) {
        self.client = client
    }

    /// The name of the driver for an app.
    ///
    /// A provider that knows RFC 7592 still needs a person where the app came without its registration token.
    package static func name(for registration: ClientRegistration) -> String {
        guard case .rfc7592 = registration.provider.secretReplacement, registration.registration != nil else {
            return RotationPlan.operatorDriver
        }
        return rfc7592
    }

    /// The driver of a plan.
    ///
    /// - Throws: `OAuthError` with code `unsupported` for a name that this version doesn't know.
    package func driver(
        named name: String, for registration: ClientRegistration
    ) throws(OAuthError) -> any SecretDriver {
        switch name {
        case RotationPlan.operatorDriver: return Self.person(for: registration)
        case Self.rfc7592: return RFC7592Driver(client, fallback: Self.person(for: registration))
        default: throw OAuthError(.unsupported, "This version of Coffer has no driver of the rotation's name.")
        }
    }

    /// The person, with the provider's instructions where it has some; what checks a pasted value in every rotation.
    package static func person(for registration: ClientRegistration) -> OperatorDriver {
        switch registration.provider.secretReplacement {
        case .operator(let instructions): OperatorDriver(instructions)
        case .rfc7592: OperatorDriver(.generic)
        }
    }
}
