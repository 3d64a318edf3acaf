// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Configuration
import ConfigurationTesting
import Foundation
import Testing

@testable import CofferConfiguration

@Suite struct `credentials as configuration` {
    private static let marker = "MARKER-config-value"
    private static let path = path("main/crm/acme")

    private static func path(_ text: String) -> CredentialPath {
        do { return try CredentialPath(text) } catch { preconditionFailure("\(error)") }
    }

    /// A token that ends when the clock says.
    private static func token(_ number: Int, until date: Date? = nil) -> Credential {
        Credential(path: path, value: Secret("\(marker)-\(number)"), expiresAt: date, version: number)
    }

    private func provider(
        _ credentials: any CredentialProvider, _ clock: ManualClock = ManualClock()
    ) async throws -> CredentialConfigProvider {
        try await CredentialConfigProvider(
            credentials, keys: ["crm.token": Self.path], pollInterval: .seconds(30), clock: clock,
            now: { clock.date })
    }

    @Test func `keep the contract that swift-configuration checks`() async throws {
        let values: [String: String] = [
            "string": "Hello", "other.string": "Other Hello", "int": "42", "other.int": "24", "double": "3.14",
            "other.double": "2.72", "bool": "true", "other.bool": "false", "bytes": "magic", "other.bytes": "magic2",
            "stringy.array": "Hello,World", "other.stringy.array": "Hello, Swift", "inty.array": "42,24",
            "other.inty.array": "16,32", "doubly.array": "3.14,2.72", "other.doubly.array": "0.9,1.8",
            "booly.array": "true,false", "other.booly.array": "false,true,true", "byteChunky.array": "magic",
            "other.byteChunky.array": "magic2",
        ]
        var keys: [ConfigKey: CredentialPath] = [:]
        var credentials: [Credential] = []
        for (number, value) in values.enumerated() {
            let path = Self.path("test/entry-\(number)")
            keys[ConfigKey(value.key)] = path
            credentials.append(Credential(path: path, value: Secret(value.value)))
        }
        let provider = try await CredentialConfigProvider(StaticCredentialProvider(credentials), keys: keys)
        let bytes = (one: Array("magic".utf8), two: Array("magic2".utf8))
        try await ProviderCompatTest(
            provider: provider,
            configuration: .init(overrides: [
                "bytes": .bytes(bytes.one), "other.bytes": .bytes(bytes.two),
                "byteChunky.array": .byteChunkArray([bytes.one]),
                "other.byteChunky.array": .byteChunkArray([bytes.two]),
            ])
        ).runTest()
    }

    @Test(arguments: [ConfigType.string, .bytes, .stringArray, .byteChunkArray])
    func `are marked secret, whatever type is asked for and however`(_ type: ConfigType) async throws {
        let provider = try await provider(StaticCredentialProvider([Self.token(1)]))
        let key = AbsoluteConfigKey(["crm", "token"])
        let fetched = try #require(try await provider.fetchValue(forKey: key, type: type).value)
        let got = try #require(try provider.value(forKey: key, type: type).value)
        let seen = try #require(try provider.snapshot().value(forKey: key, type: type).value)
        #expect(fetched.isSecret && got.isSecret && seen.isSecret)
        #expect(!"\(fetched) \(got) \(seen)".contains(Self.marker))
    }

    @Test func `are in no description, dump or access report`() async throws {
        let provider = try await provider(StaticCredentialProvider([Self.token(1)]))
        let reports = Reports()
        let reader = ConfigReader(providers: [provider], accessReporter: reports)
        #expect(try await reader.fetchRequiredString(forKey: "crm.token").hasPrefix(Self.marker))
        #expect(throws: (any Error).self) { try provider.value(forKey: .init(["crm", "token"]), type: .int) }
        var text = "\(provider) \(String(reflecting: provider)) \(provider.snapshot())"
        dump(provider, to: &text)
        dump(provider.snapshot(), to: &text)
        #expect(!text.contains(Self.marker))
        #expect(reports.all.count == 1)
        #expect(!reports.all.joined().contains(Self.marker))
        do {
            _ = try await provider.fetchValue(forKey: .init(["crm", "token"]), type: .int)
            Issue.record("a token is no number")
        } catch {
            #expect((error as? CredentialError)?.code == .misconfigured)
            #expect(!"\(error)".contains(Self.marker))
        }
    }

    @Test func `are fetched anew each time, and never got after their end`() async throws {
        let clock = ManualClock()
        let start = clock.date
        let fake = FakeCredentialProvider { _ in Self.token(1, until: start.addingTimeInterval(60)) }
        let reader = ConfigReader(provider: try await provider(fake, clock))
        #expect(try reader.requiredString(forKey: "crm.token") == "\(Self.marker)-1")
        clock.advance(by: .seconds(60))
        #expect(throws: CredentialError(.expired, message: "")) { try reader.requiredString(forKey: "crm.token") }
        fake.answer { _ in Self.token(2, until: start.addingTimeInterval(3600)) }
        #expect(try await reader.fetchRequiredString(forKey: "crm.token") == "\(Self.marker)-2")
        // What was fetched is what can be got from now on.
        #expect(try reader.requiredString(forKey: "crm.token") == "\(Self.marker)-2")
        #expect(fake.requests.count == 2)
    }

    @Test func `that nobody knows are the next provider's, and other failures are told`() async throws {
        let absent = try await provider(StaticCredentialProvider([]))
        let reader = ConfigReader(providers: [
            absent, InMemoryProvider(values: ["crm.token": "from elsewhere", "other": "kept"]),
        ])
        #expect(try await reader.fetchRequiredString(forKey: "crm.token") == "from elsewhere")
        #expect(try reader.requiredString(forKey: "other") == "kept")
        let fake = FakeCredentialProvider { _ in throw CredentialError(.blocked, message: "shut out") }
        await #expect(throws: CredentialError(.blocked, message: "")) { _ = try await provider(fake) }
    }
}
