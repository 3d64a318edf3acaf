// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(1))) struct `Whoever is told of a rotation` {
    /// A folder for records, gone at the end.
    private static func with(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "coffer-notices-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder + "/notices")
    }

    @Test func `hears each notice once and in order, in another process too`() async throws {
        try await Self.with { folder in
            let notices = try ScriptedHook.notices()
            let (first, second, other) = (ScriptedHook(), ScriptedHook(), ScriptedHook(key: "other"))
            for (hooks, count) in [([first], 2), ([second, other], 3)] {
                let outlet = NoticeOutlet(clock: HookClock(), log: .silent)
                for notice in notices.prefix(count) { outlet.post(notice, to: hooks, recordingIn: folder) }
                await outlet.settle()
            }
            #expect(first.told == notices.prefix(2).map(\.id))
            #expect(second.told == [notices[2].id], "what was heard is in the record")
            #expect(other.told == notices.map(\.id), "and belongs to who heard it")
            let file = try #require(FileManager.default.subpaths(atPath: folder)?.first)
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }

    @Test func `is told again after a pause, with the same id, and no more once it has heard`() async throws {
        let notice = try ScriptedHook.notices()[0]
        let clock = HookClock()
        let hook = ScriptedHook([.failed("status 500"), .failed("status 500"), .heard])
        let outlet = NoticeOutlet(clock: clock, log: .silent)
        outlet.post(notice, to: [hook], recordingIn: nil)
        await outlet.settle()
        #expect(hook.told == [notice.id, notice.id, notice.id])
        #expect(clock.pauses == [.seconds(1), .seconds(3)])
    }

    @Test func `is given up after its last try, or at once where that is of no use, and hears of it in the next run`()
        async throws
    {
        try await Self.with { folder in
            let notice = try ScriptedHook.notices()[0]
            for (answers, count) in [
                ([HookAnswer.failed("no answer"), .failed("no answer"), .failed("no answer")], 3),
                ([.refused("no answer")], 1),
            ] {
                let lines = RecordedLines()
                let hook = ScriptedHook(answers)
                let outlet = NoticeOutlet(clock: HookClock(), log: lines.log)
                outlet.post(notice, to: [hook], recordingIn: folder)
                await outlet.settle()
                #expect(hook.told.count == count)
                #expect(
                    lines.all == [
                        """
                        the hook k has not heard that main/crm is marked as leaked: no answer; it is told \
                        again by: coffer rotate resume \(notice.rotation)
                        """
                    ])
            }
            let hook = ScriptedHook()
            let outlet = NoticeOutlet(clock: HookClock(), log: .silent)
            outlet.post(notice, to: [hook], recordingIn: folder)
            await outlet.settle()
            #expect(hook.told == [notice.id])
        }
    }

    @Test func `that hangs holds up nobody else, and the end for a bounded time`() async throws {
        let notices = try ScriptedHook.notices()
        let hanging = ScriptedHook([.failed("cut off")], key: "hanging", onTell: Self.hang)
        let other = ScriptedHook(key: "other")
        let lines = RecordedLines()
        // Its naps end at once: the end comes when there is nothing else to do.
        let clock = HookClock(endsWaits: true, { other.told.count == 3 && hanging.told.count == 1 })
        let outlet = NoticeOutlet(clock: clock, log: lines.log)
        for notice in notices { outlet.post(notice, to: [hanging, other], recordingIn: nil) }
        await outlet.settle()
        #expect(other.told == notices.map(\.id))
        #expect(hanging.told == [notices[0].id])
        #expect(lines.all.count { $0.contains("it did not answer in time") } == 3, "\(lines.all)")
        #expect(lines.all.contains("waiting up to 30 s for those who are told of the rotation"))
    }

    /// Goes on only when it is cancelled.
    private static func hang() async {
        let gate = AsyncStream<Void>.makeStream()
        for await _ in gate.stream {}
        withExtendedLifetime(gate) {}
    }
}
