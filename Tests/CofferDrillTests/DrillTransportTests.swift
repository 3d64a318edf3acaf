// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Synchronization
import Testing

@testable import CofferDrill

@Suite struct `The way out of a drill` {
    /// Counts what reaches it.
    private final class Counting: HTTPTransport {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            number.withLock { $0 += 1 }
            return .lost(TransportFailure(.broken, "Made up."))
        }
    }

    private static func provider(_ domain: String) -> ProviderDescription {
        ProviderDescription(
            id: "made-up", displayName: "Made Up",
            endpoints: Endpoints(
                authorization: nil, token: EndpointTemplate("https://\(domain):8443/token")),
            domains: [domain], clientAuthentication: .post)
    }

    @Test(arguments: [
        ("amocrm.localhost", "https://amocrm.localhost:8443/token", true),
        ("amocrm.localhost", "https://acme.amocrm.localhost:8443/token", true),
        ("amocrm.localhost", "https://amocrm.localhost:8444/token", false),
        ("amocrm.localhost", "http://amocrm.localhost:8443/token", false),
        ("localhost", "https://localhost:8443/token", false),
        ("localhost", "https://notamocrm.localhost:8443/token", false),
        ("amocrm.ru", "https://www.amocrm.ru/oauth2/access_token", false),
        ("example.com", "https://example.com:8443/token", false),
    ])
    func `leads to the drill's own sandbox only`(_ domain: String, _ address: String, _ isOpen: Bool) async throws {
        let counting = Counting()
        let clock = DrillClock()
        let transport = DrillTransport(transport: counting, domain: "amocrm.localhost", port: 8443, clock: clock)
        let destination = try HostRule(Self.provider(domain), trust: TrustSettings()).approve(address)
        let outcome = await transport.send(HTTPMessage(.get, destination), deadline: .seconds(1))
        #expect(counting.count == (isOpen ? 1 : 0))
        switch outcome {
        case .notSent(let failure):
            #expect(!isOpen && failure.kind == .refusedAddress && failure.message.contains("its own sandbox"))
        case .lost: #expect(isOpen)
        case .answered: Issue.record("nobody answers here")
        }
    }

    @Test func `is open when a request departs, and the time until then is passed over`() async throws {
        let counting = Counting()
        let clock = DrillClock()
        let transport = DrillTransport(transport: counting, domain: "amocrm.localhost", port: 8443, clock: clock)
        let destination = try HostRule(Self.provider("amocrm.localhost"), trust: TrustSettings())
            .approve("https://amocrm.localhost:8443/token")
        var message = HTTPMessage(.get, destination)
        message.departure = {
            #expect(counting.count == 0)
            try? await clock.sleep(for: .seconds(10))
        }
        let sent = message
        _ = await clock.running { await transport.send(sent, deadline: .seconds(1)) }
        #expect(counting.count == 1)
        #expect(clock.skipped > .zero)
    }
}
