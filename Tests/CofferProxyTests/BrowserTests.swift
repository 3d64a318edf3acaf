// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage
import Testing

@testable import CofferProxy

/// What pages in a real browser get from a proxy at a port; only where `make look` names what drives the browser.
@Suite(.timeLimit(.minutes(5))) struct `A page before a proxy` {
    private static let driver = ProcessInfo.processInfo.environment["COFFER_BROWSER"] ?? ""

    @Test(.enabled(if: !driver.isEmpty))
    func `is refused, whatever its name leads to and although it knows the bearer`() async throws {
        try await ProxyWorld.with { world in
            let end = try await Subprocess.run(
                .path(FilePath(Self.driver)), arguments: [world.place, ProxyWorld.bearer],
                output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            #expect(end.terminationStatus == .exited(0), "\(end.standardError)")
            #expect(world.upstream.requests.isEmpty)
        }
    }
}
