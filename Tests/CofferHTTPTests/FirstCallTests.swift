// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferHTTP

@Suite struct `The first call to an origin` {
    private let firsts = FirstCalls()

    private func origin(_ name: String = "acme") throws -> APIOrigin {
        try #require(APIOrigin("https://\(name).api.example"))
    }

    /// Waits until somebody waits for the first call.
    private func waiter(for origin: APIOrigin) async {
        while firsts.waiterCount(origin) != 1 { await Task.yield() }
    }

    @Test func `goes alone, and whoever waits goes on when it is answered`() async throws {
        let (origin, other) = (try origin(), try origin("birch"))
        #expect(firsts.begin(origin) == .first)
        #expect(firsts.begin(origin) == .late)
        #expect(firsts.begin(other) == .first)
        async let waiting = firsts.settle(origin)
        await waiter(for: origin)
        firsts.end(origin, isAnswered: true)
        let hasWaited = try await waiting
        #expect(hasWaited)
        #expect(firsts.begin(origin) == .known)
        let waitsAgain = try await firsts.settle(origin)
        #expect(!waitsAgain)
    }

    @Test func `that was not answered is followed by another`() async throws {
        let origin = try origin()
        #expect(firsts.begin(origin) == .first)
        async let waiting = firsts.settle(origin)
        await waiter(for: origin)
        firsts.end(origin, isAnswered: false)
        let hasWaited = try await waiting
        #expect(hasWaited)
        #expect(firsts.begin(origin) == .first)
    }

    @Test func `is not waited for by a task that was cancelled`() async throws {
        let origin = try origin()
        #expect(firsts.begin(origin) == .first)
        let task = Task { [firsts] in try await firsts.settle(origin) }
        await waiter(for: origin)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `keeps a place free behind it where somebody follows, and none where nobody does`() async throws {
        let (origin, other) = (try origin(), try origin("birch"))
        let credential = try await TokenKeeper().credential(for: CredentialRequest(path: APIWorld.path))
        let turnstile = Turnstile()
        let limit = RecordingLimit { await turnstile.pass() }
        #expect(firsts.begin(other) == .first)
        firsts.end(other, leavingRoomIn: limit, for: credential)
        #expect(limit.waits == 0)
        #expect(firsts.begin(other) == .known)

        #expect(firsts.begin(origin) == .first)
        async let waiting = firsts.settle(origin)
        await waiter(for: origin)
        firsts.end(origin, leavingRoomIn: limit, for: credential)
        while limit.waits == 0 { await Task.yield() }
        #expect(firsts.waiterCount(origin) == 1)
        turnstile.open()
        let hasWaited = try await waiting
        #expect(hasWaited)
        #expect(limit.times == [.seconds(10)])
    }
}
