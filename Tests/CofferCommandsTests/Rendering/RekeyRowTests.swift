// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Testing

@testable import CofferCommands

/// What `coffer rekey` shows of what it waits for.
@Suite struct RekeyRowTests {
    @Test func `what is waited for is said, and for how long at most`() {
        #expect(
            RekeyProgressLine.text("main", .init(reason: .refreshing, limit: .seconds(90)))
                == "re-keying main: waiting for a refresh that began before, 90 s at most")
        #expect(
            RekeyProgressLine.text("main", .init(reason: .logged, limit: .seconds(90)))
                == "re-keying main: waiting for whoever is reading the vault, 90 s at most")
    }
}
