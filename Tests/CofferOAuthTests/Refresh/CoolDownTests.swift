// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct CoolDownTests {
    @Test(arguments: [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 600), (7, 600), (1000, 600)])
    func `it doubles from 30 seconds to 10 minutes`(_ row: (Int, Int)) {
        #expect(CoolDown.duration(failureCount: row.0, retryAfter: nil, random: 1) == .seconds(row.1))
    }

    @Test func `jitter is full, and a second is the least`() {
        #expect(CoolDown.duration(failureCount: 6, retryAfter: nil, random: 0.5) == .seconds(300))
        #expect(CoolDown.duration(failureCount: 6, retryAfter: nil, random: 0) == .seconds(1))
    }

    @Test func `a server's wish is honoured up to an hour`() {
        #expect(CoolDown.duration(failureCount: 1, retryAfter: .seconds(1200), random: 0) == .seconds(1200))
        #expect(CoolDown.duration(failureCount: 1, retryAfter: .seconds(999_999), random: 0) == .seconds(3600))
        #expect(CoolDown.duration(failureCount: 1, retryAfter: .seconds(-5), random: 1) == .seconds(30))
    }
}
