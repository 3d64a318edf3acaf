// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentialsTesting
import Testing

@testable import CofferCommands

@Suite(.timeLimit(.minutes(1))) struct `Work that is waited for only so long` {
    @Test func `gives its result in time`() async {
        let found = await BoundedWork.result(within: .seconds(1), clock: ManualClock()) { ["a"] }
        #expect(found == ["a"])
    }

    @Test func `gives nothing afterwards, and is not waited for`() async {
        let clock = ManualClock()
        let (ends, ending) = AsyncStream.makeStream(of: Void.self)
        // Hears of no cancellation, as who hangs in a call of the system.
        let stubborn = Task { for await _ in ends {} }
        async let found = BoundedWork.result(within: .seconds(1), clock: clock) { () async -> [String] in
            await stubborn.value
            return ["a"]
        }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        #expect(await found == nil)
        ending.finish()
        await stubborn.value
    }
}
