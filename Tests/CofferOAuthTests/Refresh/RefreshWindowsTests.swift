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

@Suite struct RefreshWindowsTests {
    private func windows(_ seconds: Double?, _ provider: ProviderDescription = .sample()) -> RefreshWindows {
        RefreshWindows(obtainedAt: noon, expiresAt: seconds.map { noon + $0 }, provider: provider)
    }

    @Test(arguments: [(86400.0, 60.0, 900.0), (3600, 60, 900), (1200, 60, 300), (600, 30, 150), (20, 1, 5)])
    func `the windows are the lesser of a time and a part of the lifetime`(_ row: (Double, Double, Double)) {
        let windows = windows(row.0)
        #expect(windows.hardSeconds == row.1)
        #expect(windows.softSeconds == row.2)
    }

    @Test func `jitter moves a refresh earlier only, by up to half the soft window`() {
        #expect(windows(3600).refreshAt(jitter: 0) == noon + 2700)
        #expect(windows(3600).refreshAt(jitter: 0.5) == noon + 2475)
        #expect(windows(3600).refreshAt(jitter: 1) == noon + 2250)
        #expect(windows(3600).refreshAt(jitter: 7) == noon + 2250)
        #expect(windows(3600).refreshAt(jitter: -7) == noon + 2700)
    }

    @Test func `a stated keep-alive leaves a tenth of the idle expiry`() {
        let provider = ProviderDescription.sample {
            $0.refreshPolicy = .onExpiry
            $0.lifetimes.refreshToken = .seconds(100 * 86_400)
            $0.keepAlive = .seconds(120 * 86_400)
        }
        #expect(windows(3600, provider).refreshAt(jitter: 0) == noon + 90 * 86_400)
    }

    @Test(arguments: [
        (0.0, Freshness.fresh), (2699, .fresh), (2700, .soft), (3539, .soft), (3541, .hard), (3600, .expired),
        (9999, .expired),
    ])
    func `a token goes from fresh to expired`(_ row: (Double, Freshness)) {
        #expect(windows(3600).freshness(at: noon + row.0, minimumValidity: nil, refreshAt: nil) == row.1)
    }

    @Test func `the stored moment of refresh, jitter included, begins the soft window`() {
        #expect(windows(3600).freshness(at: noon + 2300, minimumValidity: nil, refreshAt: noon + 2250) == .soft)
        #expect(windows(3600).freshness(at: noon + 3000, minimumValidity: nil, refreshAt: noon + 3540) == .fresh)
    }

    @Test func `a caller's minimum replaces the hard window in both directions`() {
        let windows = windows(3600)
        #expect(windows.freshness(at: noon + 1700, minimumValidity: .seconds(1800), refreshAt: nil) == .fresh)
        #expect(windows.freshness(at: noon + 1801, minimumValidity: .seconds(1800), refreshAt: nil) == .hard)
        #expect(windows.freshness(at: noon + 3590, minimumValidity: .seconds(5), refreshAt: nil) == .soft)
    }

    @Test func `a minimum as long as the lifetime does not refresh at every call`() {
        let windows = windows(3600)
        #expect(windows.freshness(at: noon + 1, minimumValidity: .seconds(7200), refreshAt: nil) == .fresh)
        #expect(windows.freshness(at: noon + 361, minimumValidity: .seconds(7200), refreshAt: nil) == .hard)
        #expect(!windows.meets(.seconds(7200), at: noon))
    }

    @Test func `an unknown expiry is usable until rejected`() {
        #expect(windows(nil).refreshAt(jitter: 0.5) == nil)
        #expect(windows(nil).freshness(at: noon + 1e9, minimumValidity: .seconds(60), refreshAt: nil) == .fresh)
    }

    @Test func `a keep-alive is due at half of the idle expiry, also with an unknown expiry`() {
        let provider = ProviderDescription.sample { $0.lifetimes.refreshToken = .seconds(100 * 86400) }
        #expect(windows(nil, provider).refreshAt(jitter: 0) == noon + 50 * 86400)
        #expect(windows(nil, provider).refreshAt(jitter: 1) == noon + 45 * 86400)
        let due = windows(nil, provider).freshness(at: noon + 51 * 86400, minimumValidity: nil, refreshAt: nil)
        #expect(due == .soft)
        #expect(windows(3600, provider).refreshAt(jitter: 0) == noon + 2700)
    }

    @Test func `bitrix24's policy refreshes when expired or to keep alive, and hears no minimum`() {
        let provider = ProviderDescription.sample {
            $0.refreshPolicy = .onExpiry
            $0.keepAlive = .seconds(90 * 86400)
        }
        let windows = windows(3600, provider)
        #expect(windows.refreshAt(jitter: 0) == noon + 90 * 86400)
        #expect(windows.freshness(at: noon + 3599, minimumValidity: .seconds(600), refreshAt: nil) == .fresh)
        #expect(windows.freshness(at: noon + 3600, minimumValidity: nil, refreshAt: nil) == .expired)
        #expect(!windows.meets(.seconds(600), at: noon + 3599))
    }

    @Test(arguments: [-1e300, -1, 0, 1e-300, 1e17, 1e300])
    func `no expiry makes the arithmetic trap`(_ seconds: Double) {
        let windows = windows(seconds)
        _ = windows.refreshAt(jitter: 0.5)
        let freshness = windows.freshness(at: noon, minimumValidity: .seconds(Int64.max), refreshAt: nil)
        #expect((freshness == .expired) == (seconds <= 1e-300))
    }

    @Test func `a clock set back storms nothing`() {
        #expect(windows(3600).freshness(at: noon - 1e6, minimumValidity: nil, refreshAt: noon + 2700) == .fresh)
    }
}
