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

@Suite struct RequestPaceTests {
    @Test func `a burst goes at once, then one for each step`() {
        var pace = RequestPace(RateLimit(amount: 2, interval: .seconds(1), burst: 3))
        let delays = (0..<6).map { _ in pace.reserve(at: .zero) }
        #expect(delays == [.zero, .zero, .zero, .milliseconds(500), .milliseconds(1000), .milliseconds(1500)])
    }

    @Test func `a bucket refills with time, and no further than its size`() {
        var pace = RequestPace(RateLimit(amount: 1, interval: .seconds(1), burst: 2))
        _ = (0..<2).map { _ in pace.reserve(at: .zero) }
        let delays = (0..<3).map { _ in pace.reserve(at: .seconds(100)) }
        #expect(delays == [.zero, .zero, .seconds(1)])
    }

    @Test func `over a minute no more goes than the limit allows`() {
        var pace = RequestPace(RateLimit(amount: 7, interval: .seconds(1), burst: 1))
        var now = Duration.zero
        var sent = 0
        while now < .seconds(60) {
            now += pace.reserve(at: now)
            sent += 1
        }
        #expect((420...422).contains(sent))
    }
}
