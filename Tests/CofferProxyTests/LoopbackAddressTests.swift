// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferProxy

/// Where a proxy may listen.
@Suite struct `An address of this machine` {
    @Test(arguments: ["127.0.0.1:0", "127.0.0.1:8099", "[::1]:65535"])
    func `is taken`(text: String) { #expect(ProxyDoor.LoopbackAddress(text) != nil) }

    @Test(arguments: [
        "", ":8099", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1:8099 ", "localhost:8099",
        "0.0.0.0:8099", "127.0.0.2:8099", "::1:8099", "[::]:8099", "10.0.0.1:8099", "*:8099",
    ])
    func `is nothing else`(text: String) { #expect(ProxyDoor.LoopbackAddress(text) == nil) }

    @Test func `stands in Host with its port, but for 80`() throws {
        let four = try #require(ProxyDoor.LoopbackAddress("127.0.0.1:0"))
        let six = try #require(ProxyDoor.LoopbackAddress("[::1]:80"))
        #expect(four.authority(port: 8099) == "127.0.0.1:8099")
        #expect(six.authority(port: 80) == "[::1]")
    }
}
