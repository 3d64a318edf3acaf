// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferAgent

@Suite struct `What a service manager wants to hear` {
    @Test(arguments: [
        nil, "", "relative/notify", "@", "vsock:2:1234", "/" + String(repeating: "a", count: 200), "/a\u{0}b",
    ])
    func `is nothing where it names no socket`(name: String?) {
        #expect(ServiceNotifier(name.map { ["NOTIFY_SOCKET": $0] } ?? [:]) == nil)
    }

    @Test(arguments: ["/run/systemd/notify", "@/org/freedesktop/systemd1/notify/1"])
    func `goes to a file's name or an abstract one`(name: String) throws {
        let notifier = try #require(ServiceNotifier(["NOTIFY_SOCKET": name]))
        #expect(notifier.watchdog == nil)
    }

    @Test func `is a sign of life from the process that it means`() {
        func watchdog(_ microseconds: String, _ process: String?) -> Duration? {
            var environment = ["NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": microseconds]
            environment["WATCHDOG_PID"] = process
            return ServiceNotifier(environment)?.watchdog
        }
        #expect(watchdog("60000000", nil) == .seconds(60))
        #expect(watchdog("60000000", "1") == nil)
        for bad in ["", "0", "-1", "soon"] { #expect(watchdog(bad, nil) == nil) }
    }
}
