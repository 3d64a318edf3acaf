// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
import CofferRotation

/// Which driver replaces an app's secret: chosen when a rotation is planned, found again by its name when it is resumed.
package struct DriverTable: Sendable {
    /// The name of the driver over the client configuration endpoint, in plans and reports.
    package static let rfc7592 = "rfc7592"

    /// The name of the driver that is a program of the operator's, in plans and reports.
    package static let command = "command"

    private let client: RegistrationClient
    private let program: (any SecretProgram)?
    private let api: SecretAPI?
    private let tell: @Sendable (String) -> Void

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - client: what drivers over RFC 7592 send through.
    ///   - program: the one that this machine has set for the app.
    ///   - api: the vendor's administration API that this machine has set for the app.
    ///   - tell: shows a person what the program says.
    package init(
        _ client: RegistrationClient, program: (any SecretProgram)? = nil, api: SecretAPI? = nil,
        tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.client = client
        self.program = program
        self.api = api
        self.tell = tell
    }

    /// The name of the driver for an app.
    ///
    /// What somebody has set on this machine, a program or a vendor's API, goes before what the provider has. A provider
    /// that knows RFC 7592 still needs a person where the app came without its registration token.
    package static func name(
        for registration: ClientRegistration, hasProgram: Bool = false, api: SecretAPIKind? = nil
    ) -> String {
        if hasProgram { return command }
        if let api { return api.rawValue }
        guard case .rfc7592 = registration.provider.secretReplacement, registration.registration != nil else {
            return RotationPlan.operatorDriver
        }
        return rfc7592
    }

    /// The driver of a plan.
    ///
    /// - Throws: `OAuthError` with code `unsupported` for a name that this version doesn't know, `configuration` where the
    ///   plan wants a program or a vendor's API and this machine has none for the app.
    package func driver(
        named name: String, for registration: ClientRegistration
    ) throws(OAuthError) -> any SecretDriver {
        switch name {
        case RotationPlan.operatorDriver: return Self.person(for: registration)
        case Self.rfc7592: return RFC7592Driver(client, fallback: Self.person(for: registration))
        case Self.command:
            guard let program else {
                throw OAuthError(
                    .configuration,
                    """
                    This rotation has a program replace the client_secret, and none is set for the app on this machine: \
                    resume it where one is, set one with coffer app driver, or do it by hand with coffer rotate resume \
                    --by-hand.
                    """)
            }
            return CommandDriver(program, fallback: Self.person(for: registration), tell: tell)
        default:
            guard let kind = SecretAPIKind(rawValue: name) else {
                throw OAuthError(.unsupported, "This version of Coffer has no driver of the rotation's name.")
            }
            guard let api, api.kind == kind else {
                throw OAuthError(
                    .configuration,
                    """
                    This rotation has \(kind.vendor)'s API replace the client_secret, and it is not set for the app on this \
                    machine: resume it where it is, set it with coffer app driver, or do it by hand with coffer rotate \
                    resume --by-hand.
                    """)
            }
            return api.driver(Self.person(for: registration))
        }
    }

    /// The longest time for which a change is waited for, whatever a description says: every loop ends.
    private static let longestPropagation = Duration.seconds(3600)

    /// How long the provider may take until a new secret counts everywhere, and one that was ended no more.
    ///
    /// It is the provider's time and not the driver's: what a person pastes needs it as well. Where the description has none, the
    /// vendor whose API the plan names is known by that name, set on this machine or not. One that is described wins, also where
    /// it is shorter: it is said of this provider, and the vendor's of all of them.
    ///
    /// - Parameters:
    ///   - name: the name of the plan's driver.
    ///   - registration: the app.
    /// - Returns: that time, an hour at most; zero where nothing is known of one.
    package static func propagation(named name: String, for registration: ClientRegistration) -> Duration {
        let vendors = SecretAPIKind(rawValue: name)?.propagation ?? .zero
        return min(registration.provider.secretFacts?.propagation ?? vendors, longestPropagation)
    }

    /// The person, with the provider's instructions where it has some; what checks a pasted value in every rotation.
    ///
    /// Where no page to begin at is known, it is the one on which the vendor documents OAuth.
    package static func person(for registration: ClientRegistration) -> OperatorDriver {
        var instructions =
            switch registration.provider.secretReplacement {
            case .operator(let instructions): instructions
            case .rfc7592: OperatorInstructions.generic
            }
        let entry = ProviderCatalogue.entry(id: registration.provider.id)
        instructions.link = instructions.link ?? entry?.documentation
        return OperatorDriver(instructions)
    }
}
