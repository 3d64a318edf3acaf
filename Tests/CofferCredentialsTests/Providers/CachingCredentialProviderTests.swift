// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Foundation
import Synchronization
import Testing

@Suite("CachingCredentialProvider") struct CachingCredentialProviderTests {
    /// Counts from one.
    private final class Count: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    private let path: CredentialPath
    private let request: CredentialRequest
    private let clock = ManualClock()
    private let upstream = FakeCredentialProvider()
    private let cache: CachingCredentialProvider

    init() throws {
        let clock = clock
        path = try CredentialPath("main/a")
        request = CredentialRequest(path: path)
        cache = CachingCredentialProvider(upstream, maximumAge: .seconds(60), now: { clock.date })
    }

    /// A credential that works for some seconds from now on.
    private func credential(_ value: String, lastingSeconds: Double? = nil) -> Credential {
        Credential(
            path: path, value: Secret(value), expiresAt: lastingSeconds.map { clock.date.addingTimeInterval($0) })
    }

    @Test func `it keeps the contract of a provider`() async throws {
        let conformance = CredentialProviderConformance(known: path, unknown: try CredentialPath("main/b"))
        try await conformance.check { .caching(.static(credential("x"))) }
    }

    @Test func `a remembered credential is not asked for again until it is too old`() async throws {
        let (old, new) = (credential("old"), credential("new"))
        upstream.answer { _ in old }
        #expect(try await cache.credential(for: request) == old)
        upstream.answer { _ in new }
        clock.advance(by: .milliseconds(59_999))
        #expect(try await cache.credential(for: request) == old)
        #expect(upstream.requests.count == 1)
        clock.advance(by: .milliseconds(1))
        #expect(try await cache.credential(for: request) == new)
    }

    @Test func `a clock that is set back makes it ask again`() async throws {
        let old = credential("old")
        upstream.answer { _ in old }
        _ = try await cache.credential(for: request)
        clock.advance(by: .seconds(-1))
        _ = try await cache.credential(for: request)
        #expect(upstream.requests.count == 2)
    }

    @Test func `an expired credential is asked for again`() async throws {
        let (old, new) = (credential("old", lastingSeconds: 10), credential("new", lastingSeconds: 100))
        upstream.answer { _ in old }
        _ = try await cache.credential(for: request)
        upstream.answer { _ in new }
        clock.advance(by: .seconds(9))
        #expect(try await cache.credential(for: request) == old)
        clock.advance(by: .seconds(1))
        #expect(try await cache.credential(for: request) == new)
    }

    @Test func `a longer validity than what is remembered has is asked for, and passed on`() async throws {
        let (short, long) = (credential("short", lastingSeconds: 10), credential("long", lastingSeconds: 100))
        upstream.answer { $0.minimumValidity == nil ? short : long }
        let demanding = CredentialRequest(path: path, minimumValidity: .seconds(50))
        #expect(try await cache.credential(for: request) == short)
        #expect(try await cache.credential(for: demanding) == long)
        #expect(try await cache.credential(for: request) == long)
        #expect(upstream.requests == [request, demanding])
    }

    @Test func `many callers at once make one request upstream`() async throws {
        let given = credential("x")
        upstream.answer { _ in given }
        upstream.hold()
        let callers = (0..<20).map { _ in Task { try await cache.credential(for: request) } }
        await upstream.waitForRequests(1)
        upstream.release()
        for caller in callers { #expect(try await caller.value == given) }
        #expect(upstream.requests.count == 1)
    }

    @Test func `paths do not wait for each other`() async throws {
        let other = try CredentialPath("main/b")
        upstream.answer { Credential(path: $0.path, value: Secret("x")) }
        upstream.hold()
        async let one = cache.credential(for: request)
        async let two = cache.credential(for: CredentialRequest(path: other))
        await upstream.waitForRequests(2)
        upstream.release()
        #expect(try await [one.path, two.path] == [path, other])
    }

    @Test func `a cancelled caller leaves at once and disturbs nobody`() async throws {
        let given = credential("x")
        upstream.answer { _ in given }
        upstream.hold()
        let first = Task { try await cache.credential(for: request) }
        await upstream.waitForRequests(1)
        let second = Task { try await cache.credential(for: request) }
        first.cancel()
        // The answer is still held back, so the first can only have ended by leaving.
        await #expect(throws: CancellationError.self) { try await first.value }
        upstream.release()
        #expect(try await second.value == given)
        #expect(upstream.requests.count == 1)
    }

    @Test func `a caller that is cancelled already does not ask`() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await cache.credential(for: request)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(upstream.requests.isEmpty)
    }

    @Test func `what nobody waits for any more is remembered`() async throws {
        let given = credential("x")
        upstream.answer { _ in given }
        upstream.hold()
        let only = Task { try await cache.credential(for: request) }
        await upstream.waitForRequests(1)
        only.cancel()
        await #expect(throws: CancellationError.self) { try await only.value }
        upstream.release()
        #expect(try await cache.credential(for: request) == given)
        #expect(upstream.requests.count == 1)
    }

    @Test func `a failure is told to all who wait, and not remembered`() async throws {
        let given = credential("x")
        upstream.answer { _ in throw CredentialError(.unavailable, message: "down") }
        upstream.hold()
        let callers = (0..<3).map { _ in Task { try await cache.credential(for: request) } }
        await upstream.waitForRequests(1)
        upstream.release()
        for caller in callers {
            await #expect(throws: CredentialError(.unavailable, message: "")) { try await caller.value }
        }
        upstream.answer { _ in given }
        #expect(try await cache.credential(for: request) == given)
    }

    @Test func `a modest caller does not fail because a demanding one does`() async throws {
        let short = credential("short", lastingSeconds: 10)
        upstream.answer { request in
            guard request.minimumValidity == nil else { throw CredentialError(.expired, message: "too short") }
            return short
        }
        upstream.hold()
        let demanding = Task {
            try await cache.credential(for: CredentialRequest(path: path, minimumValidity: .seconds(50)))
        }
        await upstream.waitForRequests(1)
        let modest = Task { try await cache.credential(for: request) }
        upstream.release()
        #expect(try await modest.value == short)
        await #expect(throws: CredentialError(.expired, message: "")) { try await demanding.value }
    }

    @Test func `a rejected credential is dropped and the report passed on`() async throws {
        let (old, new) = (credential("old"), credential("new"))
        upstream.answer { _ in old }
        _ = try await cache.credential(for: request)
        upstream.answer { _ in new }
        await cache.report(rejected: old)
        #expect(upstream.rejections == [old])
        #expect(try await cache.credential(for: request) == new)
    }

    @Test func `a report about an earlier value drops nothing`() async throws {
        let new = credential("new")
        upstream.answer { _ in new }
        _ = try await cache.credential(for: request)
        await cache.report(rejected: credential("old"))
        #expect(try await cache.credential(for: request) == new)
        #expect(upstream.requests.count == 1)
    }

    @Test func `a rejected value that comes back is not remembered again`() async throws {
        let (old, new) = (credential("old"), credential("new"))
        upstream.answer { _ in old }
        upstream.hold()
        async let late = cache.credential(for: request)
        await upstream.waitForRequests(1)
        await cache.report(rejected: old)
        upstream.release()
        #expect(try await late == old)
        upstream.answer { _ in new }
        #expect(try await cache.credential(for: request) == new)
        #expect(try await cache.credential(for: request) == new)
        #expect(upstream.requests.count == 2)
    }

    @Test func `a rejected value that is under way is not for whoever asks after the report`() async throws {
        try await expectOvertaken { old in
            await cache.report(rejected: old)
            // Of the same value nothing follows twice.
            await cache.report(rejected: old)
        }
    }

    @Test func `what has changed is asked for again, and nothing else is`() async throws {
        let other = CredentialRequest(path: try CredentialPath("main/b"))
        upstream.answer { Credential(path: $0.path, value: Secret("x")) }
        for request in [request, other] { _ = try await cache.credential(for: request) }
        let changed = path
        await cache.forget { $0 == changed }
        for request in [request, other] { _ = try await cache.credential(for: request) }
        #expect(upstream.requests == [request, other, request])
    }

    @Test func `what was under way before a change is for those who waited, and no one after them`() async throws {
        try await expectOvertaken { _ in await cache.forget { _ in true } }
    }

    /// What happens while a request is under way leaves its answer to those who waited, and to no one after them.
    private func expectOvertaken(by happening: (_ old: Credential) async -> Void) async throws {
        let (old, new) = (credential("old"), credential("new"))
        let answered = Count()
        upstream.answer { _ in
            answered.next() == 1 ? old : new
        }
        upstream.hold()
        let early = Task { try await cache.credential(for: request) }
        await upstream.waitForRequests(1)
        await happening(old)
        let late = Task { try await cache.credential(for: request) }
        upstream.release()
        #expect(try await early.value == old)
        #expect(try await late.value == new)
        #expect(try await cache.credential(for: request) == new)
        #expect(upstream.requests.count == 2)
    }
}
