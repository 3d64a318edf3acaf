// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@Suite struct `A report for people` {
    typealias Runner = `A rotation's runner`

    @Test func `has open items on top, then proofs, the timeline and the connections`() async throws {
        let text = try await `A rotation's report`.eventful().text
        #expect(text == Self.golden)
    }

    @Test func `has no control character but the line feed and no space at a line's end`() async throws {
        let text = try await `A rotation's report`.eventful().text
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(!text.contains(" \n"))
    }

    @Test func `lines the connections up`() async throws {
        let text = try await `A rotation's report`.eventful().text
        let table = text.split(separator: "\n").drop { !$0.hasPrefix("CONNECTIONS") }.dropFirst()
        let outcomes = table.map { line in
            ["OUTCOME", "reissued", "needs a person"].compactMap {
                line.firstRange(of: $0)?.lowerBound.utf16Offset(in: line)
            }
        }
        #expect(outcomes.count == 5)
        #expect(Set(outcomes).count == 1)
    }

    @Test func `tells the person who is waited for what to do`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.pastes = [.nothing] }
        let text = try await world.runner().run(world.plan.id).text
        #expect(text.contains("WAITS FOR AN OPERATOR"))
        #expect(text.contains("Refreshes of this app are frozen"))
        #expect(
            text.contains(
                """
                WHAT TO DO: regenerate the secret
                  1. open the page
                  2. click
                  Then give the new secret, at the hidden prompt or on standard input, to: coffer rotate resume r-0000000000c0ffee
                  It is compared with the old one and sealed, tried where the provider can be asked, and put in force; then 1 connection gets new tokens.
                  Nothing is lost by a closed terminal, Ctrl-C or a wrong value: that command goes on, also on another machine and for another operator.
                """))
    }

    @Test func `shouts when the old secret is still accepted`() async throws {
        let world = try await Runner.world(1) { $0.oldVerdicts = [.refuted] }
        let text = try await world.runner().run(world.plan.id).text
        #expect(text.contains(": STOPPED\n"))
        #expect(text.contains("  - the old client_secret is still accepted: remove it at the provider"))
        #expect(text.contains("FOUND TO BE OTHERWISE (1)\n  main/app  old client_secret is not refused"))
    }

    @Test func `names the bundles that are out there below the open items`() async throws {
        var report = try await `A rotation's report`.eventful()
        #expect(!report.text.contains("BUNDLES"))
        report.bundles = .unreadable
        #expect(report.text.contains("\nBUNDLES STILL OUT THERE: only an owner of the vault sees them\n"))
        report.bundles = .known([])
        #expect(report.text.contains("\nBUNDLES STILL OUT THERE: none\n"))
        report.bundles = .known([`A rotation's report`.lent])
        let text = report.text
        #expect(
            text.contains(
                """

                BUNDLES STILL OUT THERE (1)
                  BUNDLE     OF  MADE                  OPENS UNTIL           HOLDS FROM BEFORE
                  b-made-up  ci  2026-11-21T02:30:00Z  2026-11-21T03:30:00Z  main/app/c0, main/app/c1, main/app/c2 and 1 more
                  Nobody can call a bundle back: stop the job that has it, and delete it where it lies.

                """))
        let parts = ["OPEN ITEMS", "BUNDLES", "TIMELINE"].compactMap { text.firstRange(of: $0)?.lowerBound }
        #expect(parts.count == 3 && parts == parts.sorted())
        #expect(report.closedUnproven == (try await `A rotation's report`.eventful().closedUnproven))
    }

    @Test func `says how to go on after a kill`() async throws {
        let world = try await Runner.world(1)
        let text = try RotationReport(events: world.events).text
        #expect(text.contains("RUNNING, or interrupted: go on with coffer rotate resume r-0000000000c0ffee"))
        #expect(text.contains("OPEN ITEMS: none so far"))
    }

    @Test func `of a drill says so first, and sends nobody to a rotation that is gone`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.pastes = [.nothing] }
        var report = try await world.runner().run(world.plan.id)
        report.drill = DrillMark(
            standIn: "strict", provider: "Made Up", isVirtual: false, lasted: .seconds(61), skipped: .zero,
            isByHand: true)
        for text in [report.text, report.instructionText] {
            #expect(
                text.hasPrefix(
                    """
                    THIS IS A DRILL. Nothing real was changed or asked: the sandbox on this machine played Made Up for main/app, \
                    with 1 made-up account.
                    Times are real: it took 1m 1s. The sandbox answers sooner than a provider does.
                    A person did the operator's part, at the sandbox.

                    Rotation r-0000000000c0ffee of main/app
                    """), "\(text)")
            #expect(text.contains("The drill ends here; begin another with: coffer rotate drill main/app"))
            #expect(!text.contains("rotate resume"))
        }
    }

    static let spans: [(seconds: TimeInterval, shown: String)] = [
        (0, "+0s"), (59.9, "+59s"), (60, "+1m 0s"), (3659, "+1h 0m"), (180_000, "+2d 2h"), (-5, "+0s"),
    ]

    @Test(arguments: spans.indices)
    func `counts time as people do`(index: Int) throws {
        let opened = Date(timeIntervalSince1970: 0)
        let events = [
            JournalEvent(at: opened, by: "ada", .opened(try .of(0))),
            JournalEvent(at: opened.addingTimeInterval(Self.spans[index].seconds), by: "ada", .tainted),
        ]
        let line = try RotationReport(events: events).text.split(separator: "\n").last ?? ""
        #expect(line.contains("  \(Self.spans[index].shown)  tainted"))
    }

    static let golden = """
        Rotation r-0000000000c0ffee of main/app (leak): CLOSED, with something unproven
        opened 2026-11-21T03:00:01Z by ada, driver rfc7592, taint hold
        tainted after 0s, new secret in force after 7s, old secret dead after 11s, last token reissued after 17s, closed after 29s
        not contained: 1 of 4 connections has no new tokens

        OPEN ITEMS (1)
          - main/app/c1 needs a person: the grant is gone [31m: thief came first?
          Links to log in again, for whoever owns the accounts: coffer rotate links r-0000000000c0ffee

        NOT PROVEN (4)
          main/app/c0  old access token is refused?  03:00:19Z  the provider answered unproven
          main/app/c2  old access token is refused?  03:00:22Z  the provider answered unproven
          main/app/c3  old access token is refused?  03:00:25Z  the provider answered unproven
          main/app/c1  old access token is refused?  03:00:28Z  the provider answered unproven

        PROVEN (5)
          main/app     new client_secret is accepted  03:00:06Z  the provider answered proven
          main/app     old client_secret is refused   03:00:12Z  the provider answered proven
          main/app/c0  new access token is accepted   03:00:20Z  the provider answered proven
          main/app/c2  new access token is accepted   03:00:23Z  the provider answered proven
          main/app/c3  new access token is accepted   03:00:26Z  the provider answered proven

        TIMELINE
          2026-11-21T03:00:01Z  +0s   opened               ada
          2026-11-21T03:00:02Z  +1s   tainted              ada    old tokens are held back
          2026-11-21T03:00:03Z  +2s   frozen               ada    refreshes of the app wait
          2026-11-21T03:00:04Z  +3s   secret requested     ada    attempt 1
          2026-11-21T03:00:05Z  +4s   new secret sealed    ada    the answer held a new secret
          2026-11-21T03:00:07Z  +6s   new secret tried     ada    new client_secret is accepted (the provider answered proven)
          2026-11-21T03:00:08Z  +7s   new secret in force  ada
          2026-11-21T03:00:10Z  +9s   old secret tried     ada    old client_secret is not refused (the provider answered refuted)
          2026-11-21T03:00:11Z  +10s  resumed              grace
          2026-11-21T03:00:13Z  +12s  old secret tried     grace  old client_secret is refused (the provider answered proven)
          2026-11-21T03:00:18Z  +17s  reissued             grace  3 of 4 connections
          2026-11-21T03:00:27Z  +26s  tokens tried         grace  3 connections asked about
          2026-11-21T03:00:29Z  +28s  left tokens tried    grace  1 connection asked about
          2026-11-21T03:00:30Z  +29s  closed               grace  left for a person: 1

        CONNECTIONS (4)
          PATH         OUTCOME         TOKENS      AT         REASON
          main/app/c0  reissued        not proven  03:00:14Z
          main/app/c1  needs a person  not proven  03:00:15Z  the grant is gone [31m: thief came first?
          main/app/c2  reissued        not proven  03:00:18Z
          main/app/c3  reissued        not proven  03:00:17Z

        """

    @Test func `while it waits it can say what to do and nothing else`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.pastes = [.nothing] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.instructionText.contains("WHAT TO DO: regenerate the secret"))
        #expect(report.instructionText.contains("1 connection waits to be reissued."))
        #expect(!report.instructionText.contains("TIMELINE"))
    }
}
