// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Synchronization
import Testing

@testable import CofferCommands

/// What somebody at a terminal sees of a reissue, and what a log gets.
@Suite struct `The bar of a rotation's connections` {
    /// The time of day, which only a test moves.
    private final class Time: Sendable {
        private let seconds = Mutex(1_790_000_000.0)
        var now: Date { Date(timeIntervalSince1970: seconds.withLock { $0 }) }
        func pass(_ length: Double) { seconds.withLock { $0 += length } }
    }

    private let time = Time()
    private let bar: ConnectionBar

    init() {
        bar = ConnectionBar { [time] in time.now }
    }

    private static func paths(_ count: Int) throws -> [CredentialPath] {
        try (0..<count).map { try CredentialPath("main/crm/account-\($0)") }
    }

    @Test func `it says how far the reissue is, at what rate, and how long it still takes`() throws {
        bar.begin(.reissue(try Self.paths(10_000), isRetry: false))
        time.pass(100)
        for done in 1..<700 { _ = bar.next(done: done, of: 10_000) }
        #expect(
            bar.next(done: 700, of: 10_000)
                == "reissuing [#                   ] 700 of 10000, 7.0 a second, 22m 9s left")
    }

    @Test func `after a resume all are counted, and the rate is that of this run`() throws {
        bar.begin(.reissue(try Self.paths(6), isRetry: false))
        time.pass(2)
        #expect(bar.next(done: 5, of: 10) == "reissuing [##########          ] 5 of 10, 0.5 a second, 10s left")
    }

    @Test func `a second try and the questions about tokens are counted by themselves`() throws {
        bar.begin(.reissue(try Self.paths(2), isRetry: true))
        #expect(bar.next(done: 10, of: 10) == "trying again [##########          ] 1 of 2")
        bar.begin(.provePendingSecret)
        bar.begin(.proveTokens(try Self.paths(4)))
        time.pass(0.5)
        #expect(
            bar.next(done: 10, of: 10) == "asking about tokens [#####               ] 1 of 4, 2.0 a second, 2s left")
    }

    @Test(arguments: [0.0, -5, .infinity, .nan, 1e300])
    func `no clock makes it fail`(rate: Double) {
        #expect(
            ConnectionBar.text("reissuing", 3, of: 2, rate: rate).hasPrefix("reissuing [####################] 3 of 2"))
        #expect(
            ConnectionBar.text("reissuing", 0, of: 0, rate: rate).hasPrefix("reissuing [                    ] 0 of 0"))
    }

    @Test func `a terminal gets the bar, and a log a line for each connection`() throws {
        let path = try CredentialPath("main/crm/acme")
        let begun = RotationProgress.beginning(.reissue([path], isRetry: false))
        let event = JournalEvent(at: time.now, by: "ada", .reissued(path, .reissued))
        let (terminal, log) = (RecordedOutput(columnCount: 80), RecordedOutput())
        for device in [terminal, log] {
            let diagnostics = Diagnostics(device, environment: ["NO_COLOR": "1"])
            RotationNews(begun, bar).tell(diagnostics)
            RotationNews(.recorded(event, done: 1, of: 1), bar).tell(diagnostics)
        }
        #expect(terminal.text.hasSuffix("coffer: reissuing [####################] 1 of 1"), "\(terminal.text)")
        #expect(log.text == "coffer: reissued 1 of 1: main/crm/acme\n")
    }

    @Test func `one that failed is told as well, and moves the bar`() throws {
        let path = try CredentialPath("main/crm/acme")
        let failed = JournalEvent(at: time.now, by: "ada", .reissued(path, .needsPerson(reason: "made-up reason")))
        let terminal = RecordedOutput(columnCount: 80)
        bar.begin(.reissue(try Self.paths(2), isRetry: false))
        RotationNews(.recorded(failed, done: 1, of: 2), bar).tell(Diagnostics(terminal, environment: ["NO_COLOR": "1"]))
        #expect(
            terminal.text
                == "coffer: warning: main/crm/acme has no new tokens: made-up reason\n"
                + "coffer: reissuing [##########          ] 1 of 2")
    }
}
