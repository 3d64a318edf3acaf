// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Configuration
import Foundation
import Testing

@testable import CofferConfiguration

@Suite struct `credentials that are watched` {
    private let marker = "MARKER-config-value"
    private let path: CredentialPath
    private let key = AbsoluteConfigKey(["crm", "token"])

    init() throws { path = try CredentialPath("main/crm/acme") }

    private func token(_ number: Int, until date: Date? = nil) -> Credential {
        Credential(path: path, value: Secret("\(marker)-\(number)"), expiresAt: date, version: number)
    }

    private func provider(
        _ credentials: any CredentialProvider, _ clock: ManualClock, every interval: Duration = .seconds(30)
    ) async throws -> CredentialConfigProvider {
        try await CredentialConfigProvider(
            credentials, keys: ["crm.token": path], pollInterval: interval, clock: clock, now: { clock.date })
    }

    @Test func `are told of when they are replaced`() async throws {
        let clock = ManualClock()
        let fake = FakeCredentialProvider { _ in token(1) }
        let reader = ConfigReader(provider: try await provider(fake, clock))
        let seen = try await reader.watchString(forKey: "crm.token") { updates in
            var seen: [String?] = []
            for await value in updates {
                seen.append(value)
                if seen.count == 3 { break }
                fake.answer { [number = seen.count + 1] _ in token(number) }
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(30))
            }
            return seen
        }
        #expect(seen == (1...3).map { "\(marker)-\($0)" })
    }

    @Test func `are told of together in snapshots`() async throws {
        let clock = ManualClock()
        let fake = FakeCredentialProvider { _ in token(1) }
        let provider = try await provider(fake, clock)
        let key = AbsoluteConfigKey(["crm", "token"])
        let seen = try await provider.watchSnapshot { updates in
            var seen: [String] = []
            for await snapshot in updates {
                if case .string(let text)? = try snapshot.value(forKey: key, type: .string).value?.content {
                    seen.append(text)
                }
                if seen.count == 2 { break }
                fake.answer { _ in token(2) }
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(30))
            }
            return seen
        }
        #expect(seen == ["\(marker)-1", "\(marker)-2"])
    }

    @Test func `fail in snapshots, too, when they can't be had any more, but not before they are over`() async throws {
        let clock = ManualClock()
        let end = clock.date.addingTimeInterval(45)
        let fake = FakeCredentialProvider { _ in token(1, until: end) }
        let provider = try await provider(fake, clock)
        try await provider.watchSnapshot { updates in
            var number = 0
            for await snapshot in updates {
                number += 1
                let content = try snapshot.value(forKey: key, type: .string).value?.content
                #expect(content == .string("\(marker)-1"))
                if number == 2 {
                    clock.advance(by: .seconds(15))
                    #expect(throws: CredentialError(.blocked, message: "")) {
                        try snapshot.value(forKey: key, type: .string)
                    }
                    break
                }
                fake.answer { _ in throw CredentialError(.blocked, message: "shut out") }
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(30))
            }
            #expect(number == 2)
        }
        // What is got hears it as well.
        #expect(throws: CredentialError(.blocked, message: "")) { try provider.value(forKey: key, type: .string) }
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .milliseconds(1)])
    func `are not asked for without a pause, whatever the interval`(_ interval: Duration) async throws {
        let clock = ManualClock()
        let fake = FakeCredentialProvider { _ in token(1) }
        let provider = try await provider(fake, clock, every: interval)
        let second = ManualClock.Instant(offset: .seconds(1))
        try await provider.watchValue(forKey: key, type: .string) { _ in
            await clock.waitForSleepers(1)
            #expect(clock.deadlines == [second])
        }
        try await provider.watchSnapshot { _ in
            await clock.waitForSleepers(1)
            #expect(clock.deadlines == [second])
        }
    }

    @Test func `are asked for by nobody when the closure has returned`() async throws {
        let slow = SlowProvider(token(1))
        let provider = try await provider(slow, ManualClock())
        try await provider.watchValue(forKey: key, type: .string) { _ in await slow.waitUntilAsked(times: 2) }
        #expect(slow.underWay == 0)
        try await provider.watchValue(forKey: key, type: .string) { _ in }
        #expect(slow.underWay == 0)
    }
}
