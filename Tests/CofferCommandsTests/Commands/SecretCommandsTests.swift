// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite struct `coffer put, get, list and remove` {
    private let world: CommandWorld

    init() async throws {
        world = try CommandWorld()
        _ = await world.run("init")
    }

    @Test(arguments: [[0], [0x0A], Array(0...255), Array("no newline".utf8), Array(repeating: 0xFF, count: 1 << 20)])
    func `what was put is got byte for byte`(bytes: [UInt8]) async {
        #expect(await world.run("put main/key", input: bytes).status == .done)
        let got = await world.run("get main/key")
        #expect(got.status == .done)
        #expect(got.bytes == bytes)
        #expect(got.errors.isEmpty)
    }

    @Test func `one byte more than a mebibyte is refused, and nothing is stored`() async {
        let outcome = await world.run("put main/key", input: Array(repeating: 0x61, count: 1 << 20 + 1))
        #expect(outcome.status == .damaged)
        #expect(await world.run("get main/key").status == .notFound)
    }

    @Test func `a terminal gets a hint and no secret`() async {
        _ = await world.run("put main/key", typing: "marker")
        let screen = RecordedBytes(isTerminal: true)
        let refused = await world.run("get main/key", output: screen)
        #expect(refused.status == .usage)
        #expect(refused.errors.contains("--reveal"))
        #expect(screen.bytes.isEmpty)
        #expect(await world.run("get main/key --reveal", output: screen).status == .done)
        #expect(screen.bytes == Array("marker".utf8))
    }

    @Test func `a reference names an entry and a field`() async {
        _ = await world.run("put main/key", typing: "marker")
        for reference in ["main/key", "main/key#value", "coffer://main/key", "coffer://main/key#value"] {
            #expect(await world.run("get \(reference)").output == "marker")
        }
        let outcome = await world.run("get main/key#access_token")
        #expect(outcome.status == .usage)
        #expect(outcome.output.isEmpty)
    }

    @Test func `a list is a table, an object or words`() async {
        _ = await world.run("put main/b", typing: "1")
        _ = await world.run("put main/a", typing: "2")
        #expect(await world.run("list --quiet").output == "main/a\nmain/b\n")
        #expect(await world.run("list").output.hasPrefix("PATH    KIND    VERSION\nmain/a  secret"))
        let object = await world.run("list main/b --json").object
        #expect(object["version"] as? Int == 1)
        #expect((object["entries"] as? [[String: Any]])?.map { $0["path"] as? String } == ["main/b"])
    }

    @Test func `an empty list says so on standard error alone`() async {
        let outcome = await world.run("list")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "coffer: there are no entries here; store a secret with: coffer put main/NAME\n")
    }

    @Test func `nothing is removed without a yes`() async {
        _ = await world.run("put main/key", typing: "marker")
        let refused = await world.run("remove main/key")
        #expect(refused.status == .usage)
        #expect(refused.errors.contains("--yes"))
        #expect(await world.run("get main/key").output == "marker")
        #expect(await world.run("remove main/key --yes").status == .done)
        #expect(await world.run("get main/key").status == .notFound)
    }

    @Test func `a closed pipe is 74 and nothing is said`() async {
        _ = await world.run("put main/key", typing: "marker")
        let closed = RecordedBytes(failingWith: CommandError("closed_pipe", message: "closed"))
        let outcome = await world.run("get main/key", output: closed)
        #expect(outcome.status == .inputOutput)
        #expect(outcome.errors.isEmpty)
    }

    @Test func `a full disk is 73 and a sentence`() async {
        _ = await world.run("put main/key", typing: "marker")
        let full = RecordedBytes(failingWith: CommandError("disk_full", message: "full"))
        let outcome = await world.run("get main/key", output: full)
        #expect(outcome.status == .cannotWrite)
        #expect(outcome.errors == "coffer: full\n")
    }
}
