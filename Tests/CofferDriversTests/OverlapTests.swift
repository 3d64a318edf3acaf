// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import Testing

@Suite struct `Two secrets side by side` {
    static func registration(_ overlap: SecretFacts.Overlap?) -> ClientRegistration {
        var provider = ProviderDescription.example(.operator(`The driver that is a person`.instructions))
        provider.secretFacts = SecretFacts(overlap: overlap, alsoSigns: "webhooks")
        return ClientRegistration(provider: provider, clientID: "id-1", clientSecret: Secret("old00000"))
    }

    static let rotation = RotationID(random: 7)

    @Test(arguments: [SecretFacts.Overlap.oldEndsAtOnce, .timed, .untilRemoved, nil])
    func `are for a person only where both stay until one is removed`(overlap: SecretFacts.Overlap?) {
        let driver = `The driver that is a person`.driver
        #expect(driver.overlaps(Self.registration(overlap)) == (overlap == .untilRemoved))
    }

    /// An app whose secret is replaced by adding it anew.
    static func renewed(_ overlap: SecretFacts.Overlap?) -> (driver: OperatorDriver, registration: ClientRegistration) {
        var registration = Self.registration(overlap)
        let words = OperatorInstructions(title: "Add it anew", steps: ["Delete it.", "Add it."], changesClientID: true)
        registration.provider.secretReplacement = .operator(words)
        return (OperatorDriver(words), registration)
    }

    @Test(arguments: [SecretFacts.Overlap.oldEndsAtOnce, .timed, .untilRemoved, nil])
    func `are two clients where the id changes, unless the old one ends by that`(overlap: SecretFacts.Overlap?) {
        let (driver, registration) = Self.renewed(overlap)
        #expect(driver.overlaps(registration) == (overlap != .oldEndsAtOnce))
    }

    @Test func `of two clients begin beside the old one, say that the id is wanted, and end with the old one`() {
        let (driver, registration) = Self.renewed(nil)
        let leak = driver.request(for: registration)
        #expect(leak.changesClientID && leak.steps.contains { $0.contains("--client-id") })
        let addition = driver.requestToAdd(for: registration)
        #expect(addition.changesClientID)
        #expect(addition.title == "Make a second client beside the old one (client_id id-1)")
        #expect(addition.steps.first?.hasPrefix("Delete nothing yet") == true)
        #expect(addition.steps.contains { $0.contains("--client-id") })
        let removal = driver.requestToRemoveClient("id-0", for: registration)
        #expect(removal.title == "Delete the old client at the provider (client_id id-0)")
        #expect(!removal.changesClientID && removal.steps.last?.contains("id-0") == true)
        #expect(!`The driver that is a person`.driver.request(for: registration).changesClientID)
    }

    @Test func `begin with a warning to remove nothing yet`() async throws {
        let registration = Self.registration(.untilRemoved)
        let answer = try await `The driver that is a person`.driver.addSecret(
            ReplacementOrder(registration: registration, mayHaveBeenSent: false, rotation: Self.rotation)
        ) { _ in Issue.record("there is nothing to keep") }
        guard case .needsOperator(let request) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(request.title == "Make a second client secret beside the old one (client_id id-1)")
        #expect(request.steps.first?.hasPrefix("Remove no client secret yet") == true)
        #expect(request.steps.contains("Click Regenerate."))
        #expect(request.steps.last?.contains("webhooks") == true)
        #expect(!request.steps.contains { $0.contains("Remove the old client secret") })
    }

    @Test func `end with the removal of the older one, by a person`() async throws {
        let answer = try await `The driver that is a person`.driver.removeSecret(
            RemovalOrder(
                registration: Self.registration(.untilRemoved), old: Secret("older000"), rotation: Self.rotation))
        guard case .needsOperator(let request) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(request.title == "Remove the old client secret at the provider (client_id id-1)")
        #expect(request.link == "https://provider.example/integrations")
        #expect(!request.steps.contains { $0.contains("old00000") || $0.contains("older000") })
    }

    @Test func `are not for a registration that holds one`() async throws {
        let registration = `The driver over RFC 7592`.order().registration
        let driver = try DriverTable(RegistrationClient(transport: RegistrationServer()))
            .driver(named: DriverTable.rfc7592, for: registration)
        #expect(!driver.overlaps(registration))
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await driver.addSecret(ReplacementOrder(registration: registration, mayHaveBeenSent: false)) { _ in }
        }
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await driver.removeSecret(
                RemovalOrder(registration: registration, old: Secret("old"), rotation: Self.rotation))
        }
    }

    @Test func `leave what nobody needs out of what is new`() {
        let order = ReplacementOrder(
            registration: Self.registration(.untilRemoved), refused: Secret("refused0"), mayHaveBeenSent: true,
            unwanted: [Secret("abandon0"), Secret("refused0")])
        #expect(order.unwanted == [Secret("refused0"), Secret("abandon0")])
    }
}
