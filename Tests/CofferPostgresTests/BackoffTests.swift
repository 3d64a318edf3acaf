// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferPostgres

@Suite struct `A server that can't be reached` {
    @Test func `is asked again after a while, and after twice as long each time`() {
        var (backoff, now) = (Backoff(), ContinuousClock.now)
        #expect(!backoff.isPausing(at: now))
        var pauses: [Int] = []
        for _ in 0..<8 {
            backoff.fail(at: now, share: 1)
            var pause = 0
            while backoff.isPausing(at: now) {
                now = now.advanced(by: .milliseconds(1))
                pause += 1
            }
            pauses.append(pause)
        }
        #expect(pauses == [50, 100, 200, 400, 800, 1600, 2000, 2000])
        backoff.succeed()
        backoff.fail(at: now, share: 0.5)
        #expect(backoff.isPausing(at: now.advanced(by: .milliseconds(24))))
        #expect(!backoff.isPausing(at: now.advanced(by: .milliseconds(25))))
    }

    @Test func `does not keep the next host from being tried`() throws {
        let url = "postgres://127.0.0.1:1,localhost:2,[::1]:3/made-up?target_session_attrs=read-write"
        let parts = try ServerAddress(url).alternatives
        #expect(parts.count == 3)
        for (part, place) in zip(parts, [("127.0.0.1", "1"), ("localhost", "2"), ("::1", "3")]) {
            #expect(part.contains(" host='\(place.0)' ") && part.contains(" port='\(place.1)' "), "\(part)")
            #expect(part.contains("target_session_attrs='read-write'"))
        }
    }

    @Test(arguments: [
        "postgres://localhost/made-up", "postgres:///made-up?host=/run/made-up",
        "postgres://a.example,b.example/made-up?target_session_attrs=prefer-standby",
        "postgres://a.example:1,b.example:2,c.example/made-up?port=1,2",
    ])
    func `is left to libpq where there is one host, or where it chooses`(url: String) throws {
        let address = try ServerAddress(url)
        #expect(address.alternatives == [address.settings])
    }
}
