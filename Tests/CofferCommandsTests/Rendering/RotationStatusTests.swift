// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Testing

@testable import CofferCommands

@Suite struct `How a command ends that ran a rotation` {
    private static func report(_ second: [ReissueResult], isClosed: Bool = false) throws -> RotationReport {
        var journal = try SampleJournal(2, driver: "rfc7592", taint: .hold)
        journal.add(.tainted, after: 1)
        journal.add(.frozen, after: 1)
        journal.add(.secretRequested(attempt: 1, mayHaveBeenSent: false), after: 1)
        journal.add(.pendingSealed(evidence: "the answer held a new secret"), after: 1)
        journal.toSwitched(.proven)
        try journal.reissue(every: 1, failing: second.first.map { [1: $0] } ?? [:])
        for result in second.dropFirst() { journal.reissueAgain(1, result) }
        try journal.prove(every: 1, .proven, "401 from the API")
        if isClosed { journal.close() }
        return try RotationReport(events: journal.events)
    }

    @Test func `is 75 where connections are left for a reason that may pass, and says how it goes on`() throws {
        let trouble = ReissueResult.failed(reason: "made up: nobody listens", retryable: true)
        let report = try Self.report([trouble, trouble])
        #expect(report.exitStatus == .tryLater)
        #expect(report.text.contains("run coffer rotate resume later"))
        #expect(report.text.contains("main/crm/account-1 was not reissued: made up: nobody listens"))
        let row = RotationRow(report)
        #expect(row.cells(now: report.openedAt).contains("connections that got no new tokens yet"))
    }

    @Test func `is 83 where a person is left to do something, and 0 where nothing is left`() throws {
        #expect(try Self.report([.needsPerson(reason: "the grant is gone")], isClosed: true).exitStatus == .unproven)
        #expect(try Self.report([], isClosed: true).exitStatus == nil)
    }
}
