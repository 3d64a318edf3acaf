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
    /// The entry that the vendor's API is asked with; absent where no API replaces the secret.
    package let credential: String?
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
    /// True where the provider gives another client id with the secret, so that accounts are connected again; absent else.
    package let changesClientID: Bool?
    /// The connections that work with the client which the app was before, and with nothing from then on; absent where there are
    /// none.
    package let strandedConnections: [String]?
    /// The connections without a refresh token, which a person connects again; absent where there are none.
    package let unrefreshableConnections: [String]?
    /// Whether an access token leaked too, which decides the default strength.
    package let accessTokenLeaked: Bool

    /// Looks ahead; without a registration to the replacement of a static secret.
    init(
        _ plan: RotationPlan, _ registration: ClientRegistration?, accessTokenLeaked: Bool,
        credential: String? = nil, stranded: [CredentialPath] = [], unrefreshable: [CredentialPath] = []
    ) {
        let left = Set(unrefreshable)
        let persons = plan.connections.filter { left.contains($0) }
        app = plan.app.description
        subject = plan.subject
        mode = plan.mode
        driver = plan.driver
        self.credential = credential
        overlaps = plan.overlaps
        taint = plan.taint
        connections = plan.connections.map(\.description)
        estimatedSeconds = registration.flatMap { registration in
            // What was granted to another client is refreshed by nobody.
            let isPersons = plan.startsWithOperator && registration.provider.changesClientID
            return ReissueEstimate(
                provider: registration.provider,
                connectionCount: isPersons ? 0 : plan.connections.count - persons.count,
                appRequestCount: 2, provesTokens: plan.mode == .leak
            ).seconds
        }
        let requests = plan.startsWithOperator ? Self.requests(plan, registration) : []
        operatorSteps = requests.flatMap(\.steps)
        operatorLink = requests.first?.link
        changesClientID = requests.contains(where: \.changesClientID) ? true : nil
        strandedConnections = stranded.isEmpty ? nil : stranded.map(\.description)
        unrefreshableConnections = persons.isEmpty ? nil : persons.map(\.description)
        self.accessTokenLeaked = accessTokenLeaked
    }

    /// What a person is asked, from the new secret to the end of the old one.
    private static func requests(_ plan: RotationPlan, _ registration: ClientRegistration?) -> [OperatorRequest] {
        guard let registration else {
            let request = StaticSecretSteps.request(plan)
            return plan.overlaps ? [request, StaticSecretSteps.removal(plan)] : [request]
        }
        let person = DriverTable.person(for: registration)
        guard plan.overlaps else { return [person.request(for: registration)] }
        let addition = person.requestToAdd(for: registration)
        let removal =
            addition.changesClientID
            ? person.requestToRemoveClient(registration.clientID, for: registration)
            : person.requestToRemove(for: registration)
        return [addition, removal]
    }
}
