// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCommands

@Suite struct `A child's environment` {
    private func variables(
        ours: [String: String] = [:], files: [(String, String)] = [], named: [String] = [], only: Bool = false,
        force: Bool = false
    ) throws -> [String: ChildVariable.Value] {
        let assignments = try named.map { try #require(VariableAssignment(argument: $0)) }
        let environment = try ChildEnvironment(
            ours: ours, files: files.map { (name: $0.0, value: $0.1) }, named: assignments, only: only, force: force)
        return Dictionary(uniqueKeysWithValues: environment.variables.map { ($0.name, $0.value) })
    }

    @Test func `is ours, then the files', then what was named, and never holds our identity`() throws {
        let key = try EntryReference("main/key")
        let found = try variables(
            ours: [
                "A": "1", "B": "2", "C": "coffer://main/key", "COFFER_IDENTITY": "made-up",
                "COFFER_AGENT_TICKET": "made-up", "COFFER_VAULT": "/v",
            ],
            files: [("B", "3"), ("D", "4"), ("D", "5")], named: ["A=coffer://main/key"])
        #expect(
            found == [
                "A": .reference(key), "B": .text("3"), "C": .reference(key), "D": .text("5"),
                "COFFER_VAULT": .text("/v"),
            ])
    }

    @Test func `has what is no UTF-8 as it was`() throws {
        let bytes = Secret(bytes: [0x61, 0xFF, 0x62])
        let environment = try ChildEnvironment(
            ours: ["A": "a\u{FFFD}b", "B": "\u{FFFD}", "C": "c"], files: [], named: [], only: false, force: false,
            exactly: { $0 == "B" ? nil : bytes })
        #expect(environment.variables.map(\.value) == [.bytes(bytes), .text("\u{FFFD}"), .text("c")])
        #expect(environment.variables.map(\.text) == ["a\u{FFFD}b", "\u{FFFD}", "c"])
    }

    @Test func `of little keeps four of ours`() throws {
        let found = try variables(
            ours: [
                "PATH": "/bin", "HOME": "/h", "TERM": "t", "LANG": "C", "SHELL": "/bin/sh", "X": "coffer://main/key",
            ],
            files: [("Y", "1")], only: true)
        #expect(Set(found.keys) == ["PATH", "HOME", "TERM", "LANG", "Y"])
    }

    @Test(arguments: [
        "PATH", "path", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "COFFER_VAULT", "https_proxy",
        "NODE_OPTIONS",
    ])
    func `has no reserved name set, unless forced`(name: String) throws {
        #expect(throws: CommandError.self) { try variables(named: ["\(name)=coffer://main/key"]) }
        #expect(throws: CommandError.self) { try variables(files: [(name, "x")]) }
        #expect(throws: CommandError.self) { try variables(ours: [name: "coffer://main/key"]) }
        // What is there already stays.
        #expect(try variables(ours: [name: "x"])[name] == .text("x"))
        #expect(try variables(named: ["\(name)=coffer://main/key"], force: true).count == 1)
    }

    @Test(arguments: ["", "1A", "A-B", "A B", "é", "A.B"])
    func `has no name that a shell can't use`(name: String) throws {
        #expect(!ChildVariable.isName(name))
        #expect(throws: CommandError.self) { try variables(named: ["\(name)=coffer://main/key"]) }
    }

    @Test func `takes no value from the command line`() {
        #expect(VariableAssignment(argument: "A=made-up-value") == nil)
        #expect(VariableAssignment(argument: "A") == nil)
        #expect(VariableAssignment(argument: "A=coffer://main/key#value")?.reference == "coffer://main/key#value")
    }
}

@Suite struct `A file of variables` {
    @Test func `is read as it stands`() throws {
        let found = try EnvironmentFile.read("A=1\n\n# B=2\n  \nC=\"x\" = $y #z\r\nD=\nA=3", name: "f")
        #expect(found.map(\.name) == ["A", "C", "D", "A"] && found.map(\.value) == ["1", "\"x\" = $y #z", "", "3"])
    }

    @Test(arguments: ["export A=1", "A", "A B=1", "=1", "A=1\nmade-up", "A=\u{0}"])
    func `with another line is refused, and the line not shown`(text: String) {
        let error = #expect(throws: CommandError.self) { try EnvironmentFile.read(text, name: "f") }
        #expect(error?.message.contains("line \(text.contains("\n") ? 2 : 1) of f") == true)
        #expect(error?.message.contains("made-up") == false)
    }
}
