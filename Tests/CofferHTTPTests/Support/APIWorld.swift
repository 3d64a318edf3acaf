// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferCredentialsTesting
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

@testable import CofferHTTP

/// An account `acme` at a TLS server, a keeper of its tokens, time that moves by hand, and a client.
struct APIWorld: Sendable {
    static let marker = "MARKER-token-that-nobody-may-see"
    static let path = path("main/crm/acme")

    /// What a client is told otherwise than by default.
    struct Settings: Sendable {
        var timeout = Duration.seconds(30)
        var collectedByteLimit = 16 << 20
        var followsRedirects = false
        var believesAnyCertificate = false
        /// What chance says each time, 0 to 1.
        var random = 0.0
        var limit = RecordingLimit()

        func apply(to configuration: inout APIClient.Configuration) {
            configuration.timeout = timeout
            configuration.collectedByteLimit = collectedByteLimit
            if followsRedirects { configuration.http.redirectConfiguration = .follow(max: 5, allowCycles: true) }
            if believesAnyCertificate { configuration.http.tlsConfiguration?.certificateVerification = .none }
        }
    }

    let server: APIServer
    let port: Int
    let tokens: TokenKeeper
    let limit: RecordingLimit
    let clock: ManualClock
    let skew: Skew
    let client: APIClient

    /// Runs a body against a server that answers by a script.
    static func with(
        dialect: APIDialect = .standard, tokens: TokenKeeper = TokenKeeper(),
        settings: Settings = Settings(), script: APIServer.Script,
        _ body: (APIWorld) async throws -> Void
    ) async throws {
        try await APIServer.with(script) { server, port in
            var configuration = APIClient.Configuration(dialect: dialect, http: try http())
            settings.apply(to: &configuration)
            let clock = ManualClock()
            let (limit, skew) = (settings.limit, Skew())
            tokens.accountURL.withLock { $0 = $0 ?? "https://acme.api.localhost:\(port)" }
            let client = try APIClient(
                tokens, limit: limit, configuration: configuration,
                effects: APIClientEffects(
                    clock: clock, now: { clock.date + skew.seconds.withLock { $0 } }, random: { settings.random }),
                // This process may stand still between the first call and its answer.
                firsts: FirstCalls(longest: .seconds(600)))
            let world = APIWorld(
                server: server, port: port, tokens: tokens, limit: limit, clock: clock, skew: skew, client: client)
            do { try await body(world) } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
        }
    }

    /// Trusts the test authority, and finds the accounts' names on this machine.
    static func http() throws -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [.certificates(try ServerCertificates.authority())]
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        // Both ends stand still when this process does.
        configuration.timeout.connect = .seconds(60)
        for name in ["acme", "birch", "evil"] { configuration.dnsOverride["\(name).api.localhost"] = "127.0.0.1" }
        return configuration
    }

    /// A moment of the manual clock.
    static func moment(_ seconds: Double) -> ManualClock.Instant { .init(offset: .seconds(seconds)) }

    static func path(_ text: String) -> CredentialPath {
        do { return try CredentialPath(text) } catch { preconditionFailure("\(error)") }
    }

    /// Sends a request, and tells the error that it ends in.
    func failure(_ request: APIRequest = APIRequest(target: "/leads")) async -> APIError? {
        do {
            _ = try await client.execute(request, as: Self.path)
            return nil
        } catch {
            return error as? APIError
        }
    }

    /// Sends a request and tells the status, while time passes as soon as somebody waits for it.
    func status(_ request: APIRequest = APIRequest(target: "/leads"), passing times: [Duration]) async throws -> Int {
        async let response = client.execute(request, as: Self.path)
        for time in times {
            await clock.waitForSleepers(1)
            clock.advance(by: time)
        }
        return Int(try await response.status.code)
    }
}
