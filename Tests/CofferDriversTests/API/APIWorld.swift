// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferSandbox
import Foundation
import Synchronization

/// A sandbox over real TLS whose clients' secrets are replaced through a vendor's administration API.
struct APIWorld: Sendable {
    /// The token that the sandbox takes for an administrator's.
    static let administrator = "sandbox-administrator"

    let sandbox: Sandbox
    let transport: NetworkTransport
    let trust: TrustSettings
    let rotation = RotationID(random: 7)
    /// When the rotation was opened: before the world's secrets were made, with what clocks differ by.
    private let openedAt = Date().addingTimeInterval(-5)
    let waits = Waits()

    /// The waits that were asked for and not waited.
    final class Waits: Sendable {
        private let list = Mutex<[Duration]>([])
        var all: [Duration] { list.withLock { $0 } }
        func add(_ duration: Duration) { list.withLock { $0.append(duration) } }
    }

    static func with(_ body: (APIWorld) async throws -> Void) async throws {
        var configuration = SandboxConfiguration(.strict)
        configuration.integrationNames = ["Coffer", "Another"]
        try await withSandbox(configuration) { sandbox in
            // Both ends stand still when this process does.
            let transport = NetworkTransport(userAgent: "coffer/test", limits: .init(connect: .seconds(60)))
            let pem = try String(contentsOfFile: sandbox.caFile, encoding: .utf8)
            let world = APIWorld(
                sandbox: sandbox, transport: transport, trust: TrustSettings(certificateAuthorityPEM: pem))
            let result: Result<Void, any Error>
            do { result = .success(try await body(world)) } catch { result = .failure(error) }
            await transport.shutdown()
            try result.get()
        }
    }

    /// The app, with a secret or with the one that is in force at the sandbox now.
    func registration(_ secret: Secret? = nil, clientID: String? = nil) -> ClientRegistration {
        var provider = ProviderDescription.example(.operator(.generic))
        provider.endpoints = Endpoints(
            token: EndpointTemplate("\(sandbox.baseURL)/token"),
            introspection: EndpointTemplate("\(sandbox.baseURL)/introspect"))
        provider.domains = ["strict.localhost"]
        provider.secretProbe = .introspection
        return ClientRegistration(
            provider: provider, clientID: clientID ?? sandbox.integration.clientID,
            clientSecret: secret ?? Secret(sandbox.integration.clientSecret), trust: trust)
    }

    /// Whether the token endpoint's server takes a secret.
    func isAccepted(_ secret: Secret) async -> Bool {
        let probe = SecretProbe(client: TokenClient(transport: transport, now: { Date() }))
        if case .accepted = await probe.probe(registration(secret)) { return true }
        return false
    }

    /// A client of the vendor's API.
    func client(_ kind: SecretAPIKind, realm: String = "staff", token: String = administrator) throws -> AdminClient {
        let place = kind == .keycloak ? "/admin/realms/\(realm)" : ""
        let waits = waits
        return AdminClient(
            vendor: kind.vendor,
            address: try AdminAddress("\(sandbox.baseURL)/administration/\(kind)\(place)", trust: trust),
            credential: try AdminCredential(
                name: "main/administrator", scheme: kind == .okta ? "SSWS" : "Bearer", Secret(token)),
            transport: transport, now: { Date() }, pause: { waits.add($0) })
    }

    /// The vendor's driver.
    func driver(
        _ kind: SecretAPIKind, realm: String = "staff", keepsTwo: Bool = false, token: String = administrator
    ) throws -> any SecretDriver {
        let api = SecretAPI(kind, keepsTwo: keepsTwo) { try client(kind, realm: realm, token: token) }
        return try DriverTable(RegistrationClient(transport: transport), api: api)
            .driver(named: kind.rawValue, for: registration())
    }

    /// An order for the app as it is now.
    func order(
        _ registration: ClientRegistration? = nil, refused: Secret? = nil, mayHaveBeenSent: Bool = false,
        attempt: Int = 1, unwanted: [Secret] = [], abandoned: [RotationID] = [],
        openedAt: Date? = nil
    ) -> ReplacementOrder {
        ReplacementOrder(
            registration: registration ?? self.registration(), refused: refused, mayHaveBeenSent: mayHaveBeenSent,
            attempt: attempt, unwanted: unwanted, rotation: rotation, abandoned: abandoned,
            openedAt: openedAt ?? self.openedAt)
    }

    /// Has a driver make a secret, by the way that a rotation takes.
    func make(_ driver: any SecretDriver, _ order: ReplacementOrder) async throws -> ReplacementAnswer {
        try await driver.overlaps(order.registration)
            ? driver.addSecret(order) { _ in } : driver.replaceSecret(order) { _ in }
    }

    /// Removes a secret beside the one in force.
    func remove(_ driver: any SecretDriver, _ old: Secret, keeping new: Secret) async throws -> SecretRemoval {
        try await driver.removeSecret(RemovalOrder(registration: registration(new), old: old, rotation: rotation))
    }

    /// The request of an order that changes something at the vendor, counted from 1.
    static func change(_ kind: SecretAPIKind) -> Int { kind == .auth0 ? 1 : 2 }
}

extension ReplacementAnswer {
    /// The secret of an answer.
    var secret: Secret? { if case .replaced(let secret, _) = self { secret } else { nil } }
    /// How it was come by.
    var evidence: String? { if case .replaced(_, let evidence) = self { evidence } else { nil } }
    /// What a person must do.
    var steps: [String]? { if case .needsOperator(let request) = self { request.steps } else { nil } }
}
