// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `The doctor's clock` {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private static func answer(ahead: TimeInterval?) throws -> ProviderAnswer {
        let provider = try #require(ProviderCatalogue.entry(id: "bitrix24")?.description)
        let rule = HostRule(provider, trust: TrustSettings())
        let host = ProviderHost(
            destination: try rule.approve(provider.endpoints.token, accountHost: nil), trust: TrustSettings(), apps: [])
        return ProviderAnswer(host: host, failure: nil, clockAhead: ahead)
    }

    @Test(arguments: [
        (0.0, "ok"), (29, "ok"), (-120, "warning"), (120, "warning"), (3600, "failure"), (-3600, "failure"),
    ])
    func `is compared with what providers say`(ahead: TimeInterval, result: String) throws {
        let finding = Doctor.providerClock([try Self.answer(ahead: ahead)], isOffline: false)
        #expect(finding.result.rawValue == result)
        #expect(ahead < 60 || finding.finding.contains("behind"))
        #expect(ahead > -60 || finding.finding.contains("ahead of"))
    }

    @Test func `is not judged by one provider with a wrong one, nor by none`() throws {
        let answers = try [0.0, 86400, 1].map { try Self.answer(ahead: $0) }
        #expect(Doctor.providerClock(answers, isOffline: false).result == .ok)
        #expect(Doctor.providerClock([try Self.answer(ahead: nil)], isOffline: false).result == .skipped)
    }

    @Test func `that was set back is noticed by the newest event`() {
        func result(_ ahead: TimeInterval, isConfirmed: Bool = false) -> DoctorFinding.Result {
            Doctor.eventClock(Self.now + ahead, now: Self.now, isConfirmed: isConfirmed).result
        }
        #expect(result(-1) == .ok)
        #expect(result(29) == .ok)
        #expect(result(31) == .warning)
        #expect(result(601) == .failure)
        #expect(result(601, isConfirmed: true) == .warning)
        #expect(Doctor.eventClock(nil, now: Self.now, isConfirmed: false).result == .skipped)
    }

    @Test func `is seen by a whole examination`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            func clock() async -> DoctorFinding.Result? {
                let doctor = Doctor(world.location, effects: world.effects(), isDumpable: false, isOffline: true)
                return await doctor.examine().first { $0.check == "clock_events" }?.result
            }
            #expect(await clock() == .ok)
            world.time.advance(by: -7200)
            #expect(await clock() == .failure)
        }
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Sat, 29 Feb 2020 23:59:60 GMT", 1_583_020_800),
    ])
    func `reads the time of an answer`(text: String, seconds: TimeInterval) {
        #expect(HTTPDate.read(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49 GMT",
    ])
    func `believes no other form`(text: String) {
        #expect(HTTPDate.read(text) == nil)
    }
}
