// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import Testing

@Suite struct `The table of drivers` {
    static let access = RegistrationAccess(uri: RegistrationServer.uri, token: Secret("token-1"))

    static func registration(
        _ method: ProviderDescription.SecretReplacementMethod, _ access: RegistrationAccess? = access
    ) -> ClientRegistration {
        ClientRegistration(provider: .example(method), clientID: "id-1", registration: access)
    }

    @Test func `names the API driver only where the app can use it`() {
        #expect(DriverTable.name(for: Self.registration(.rfc7592)) == "rfc7592")
        #expect(DriverTable.name(for: Self.registration(.rfc7592, nil)) == "operator")
        #expect(DriverTable.name(for: Self.registration(.operator(.generic))) == "operator")
    }

    @Test(arguments: [DriverTable.rfc7592, RotationPlan.operatorDriver])
    func `finds each driver by its name again`(name: String) throws {
        let table = DriverTable(RegistrationClient(transport: RegistrationServer()))
        let driver = try table.driver(named: name, for: Self.registration(.rfc7592))
        #expect((driver is RFC7592Driver) == (name == "rfc7592"))
        #expect((driver is OperatorDriver) == (name == "operator"))
    }

    @Test func `does not know what a later version planned`() {
        let table = DriverTable(RegistrationClient(transport: RegistrationServer()))
        #expect(throws: OAuthError(.unsupported, "")) {
            try table.driver(named: "unheard-of", for: Self.registration(.rfc7592))
        }
    }

    @Test(arguments: SecretAPIKind.allCases)
    func `has a driver for each vendor's API, where this machine has it set`(kind: SecretAPIKind) throws {
        let registration = Self.registration(.rfc7592)
        #expect(DriverTable.name(for: registration, api: kind) == kind.rawValue)
        #expect(DriverTable.name(for: registration, hasProgram: true, api: kind) == "command")
        let api = SecretAPI(kind) { throw OAuthError(.unreachable, "") }
        let table = DriverTable(RegistrationClient(transport: RegistrationServer()), api: api)
        let driver = try table.driver(named: kind.rawValue, for: registration)
        #expect(driver.overlaps(registration) == (kind == .okta || kind == .microsoft))
        // https://auth0.com/docs/get-started/applications/rotate-client-secret
        let time = DriverTable.propagation(named: kind.rawValue, for: registration)
        #expect(time == (kind == .auth0 ? .seconds(30) : .zero))
        for unset in [DriverTable(RegistrationClient(transport: RegistrationServer())), table] {
            let other = kind == .okta ? "auth0" : "okta"
            #expect(throws: OAuthError(.configuration, "")) { try unset.driver(named: other, for: registration) }
        }
    }

    @Test(arguments: [RotationPlan.operatorDriver, DriverTable.command, DriverTable.rfc7592, "auth0"])
    func `takes the time in which a change spreads from the description, for every driver`(name: String) {
        var registration = Self.registration(.rfc7592)
        let known = DriverTable.propagation(named: name, for: registration)
        #expect(known == (name == "auth0" ? .seconds(30) : .zero))
        // Shorter than the vendor's, or longer: the description is the more exact word.
        for described in [Duration.milliseconds(100), .seconds(90)] {
            registration.provider.secretFacts = SecretFacts(propagation: described)
            #expect(DriverTable.propagation(named: name, for: registration) == described)
        }
        registration.provider.secretFacts = SecretFacts(overlap: .oldEndsAtOnce)
        #expect(DriverTable.propagation(named: name, for: registration) == known)
        // A typing error holds up no leak for a year.
        registration.provider.secretFacts = SecretFacts(propagation: .seconds(365 * 86_400))
        #expect(DriverTable.propagation(named: name, for: registration) == .seconds(3600))
    }

    @Test func `checks a pasted value by the provider's form in every rotation`() throws {
        let instructions = OperatorInstructions(title: "t", steps: [], secretPattern: "[a-z]{4}")
        let person = DriverTable.person(for: Self.registration(.operator(instructions)))
        #expect(throws: RotationError(.unusableSecret, "")) { try person.check(Secret("12345"), old: nil) }
        let generic = DriverTable.person(for: Self.registration(.rfc7592))
        #expect(try generic.check(Secret("12345"), old: nil) == Secret("12345"))
    }

    /// Samples of the vendors' documentation have 64 (amoCRM) and 50 (Bitrix24) letters and digits.
    @Test(arguments: [("amocrm", 64), ("kommo", 64), ("bitrix24", 50)])
    func `has a person's instructions and a form for each provider built in`(id: String, length: Int) throws {
        let provider = try #require(ProviderCatalogue.entry(id: id)?.description)
        let registration = ClientRegistration(provider: provider, clientID: "id-1")
        #expect(DriverTable.name(for: registration) == RotationPlan.operatorDriver)
        let person = DriverTable.person(for: registration)
        let request = person.request(for: registration)
        #expect(request.steps.count > 1)
        #expect(request.link?.hasPrefix("https://") == true)
        let sample = Secret(String(repeating: "aB3", count: length / 3 + 1).prefix(length).description)
        #expect(try person.check(sample, old: nil) == sample)
        #expect(throws: RotationError(.unusableSecret, "")) { try person.check(Secret("https"), old: nil) }
    }
}
