// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A bundle that is lent` {
    /// An owner with two secrets, a job whose identity may read them, and a bundle of one of them.
    private static func withBundle(
        isUnaudited: Bool = false, _ body: (TwoHomes, Program, String) async throws -> Void
    ) async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            #expect(try await owner.run("init").status == .exited(0))
            for name in ["lent", "kept"] {
                #expect(
                    try await owner.run("put", "main/\(name)", input: .text("made-up-\(name)")).status == .exited(0))
            }
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let file = "\(home.path)/ci.bundle"
                var command = ["bundle", "--for", "ci", "--output", file, "main/lent", "--json"]
                if isUnaudited { command.append("--unaudited") }
                let made = try await owner.run(command)
                #expect(made.status == .exited(0), "\(made.errors)")
                #expect(made.json["entries"] as? [String] == ["main/lent"])
                var job = homes.guest
                job.environment["COFFER_VAULT"] = file
                try await body(homes, job, file)
            }
        }
    }

    /// What can't be written.
    enum Closed: CaseIterable, Sendable {
        case folder, file
    }

    private static let unwritable = Capability.overridingModes.droppingScript

    /// Copies a bundle to where it can't be written, which holds for a program that is started by ``unwritable``.
    private static func withCopy(
        _ closed: Closed, of file: String, in home: Home, _ body: (String) async throws -> Void
    ) async throws {
        let folder = "\(home.path)/given"
        let given = "\(folder)/ci.bundle"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: file, toPath: given)
        let (place, mode) = closed == .folder ? (folder, 0o500) : (given, 0o400)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place)
        // Else nobody but root could remove what is in it.
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder) }
        try await body(given)
    }

    @Test func `is read with the identity it is for, without the vault`() async throws {
        try await Self.withBundle { homes, job, _ in
            try FileManager.default.moveItem(
                atPath: homes.owner.home.vault, toPath: homes.owner.home.vault + ".away")
            #expect(try await job.run("get", "main/lent").text == "made-up-lent")
            #expect(try await job.run("list", "--quiet").text == "main/lent\n")
            try await job.run("get", "main/kept").expectRefusal(66)
            try await job.run("put", "main/lent", input: .text("other")).expectRefusal(77)
        }
    }

    @Test func `is of no use to another identity, not even the owner's`() async throws {
        try await Self.withBundle { homes, _, file in
            var owner = homes.owner
            owner.environment["COFFER_VAULT"] = file
            try await owner.run("get", "main/lent").expectRefusal(77, saying: "made for another identity")
        }
    }

    @Test func `brings home what was read from it, once`() async throws {
        try await Self.withBundle { homes, job, file in
            #expect(try await job.run("get", "main/lent", "--reason", "deploy").status == .exited(0))
            let first = try await homes.owner.run("bundle", "collect", file, "--json")
            #expect(first.json["added"] as? Int == 1, "\(first.errors)")
            #expect(first.json["identity"] as? String == "ci")
            #expect(try await job.run("get", "main/lent").status == .exited(0))
            let second = try await homes.owner.run("bundle", "collect", file, "--json")
            #expect(second.json["added"] as? Int == 1)
            #expect(second.json["events"] as? Int == 2)
            let third = try await homes.owner.run("bundle", "collect", file, "--json")
            #expect(third.json["added"] as? Int == 0)
        }
    }

    @Test func `of another vault, or a vault itself, is not collected`() async throws {
        try await Self.withBundle { homes, _, file in
            try await homes.owner.run("bundle", "collect", homes.owner.home.vault).expectRefusal(65)
            try await Home.with { home in
                let stranger = Program(home: home)
                #expect(try await stranger.run("init").status == .exited(0))
                try await stranger.run("bundle", "collect", file).expectRefusal(77, saying: "another vault")
            }
        }
    }

    @Test func `replaces no file, and is made for nobody who is not a member`() async throws {
        try await Self.withBundle { homes, _, file in
            let before = FileManager.default.contents(atPath: file)
            try await homes.owner.run("bundle", "--for", "ci", "--output", file).expectRefusal(
                64, saying: "there is a file")
            #expect(FileManager.default.contents(atPath: file) == before)
            try await homes.owner.run("bundle", "--for", "nobody", "--output", file + "2").expectRefusal(66)
            try await homes.guest.run("bundle", "--for", "ci", "--output", file + "2").expectRefusal(77)
            #expect(!FileManager.default.fileExists(atPath: file + "2"))
        }
    }

    @Test(.enabled(if: Capability.isDroppable, "setpriv can't bind root to modes here"), arguments: Closed.allCases)
    func `hands nothing out where no record of it can be written`(closed: Closed) async throws {
        try await Self.withBundle { homes, job, file in
            try await Self.withCopy(closed, of: file, in: homes.owner.home) { given in
                for command in [["get", "main/lent"], ["list"]] {
                    try await job.run(command, environment: ["COFFER_VAULT": given], script: Self.unwritable)
                        .expectRefusal(77, saying: "reading could not be recorded")
                }
            }
        }
    }

    @Test(.enabled(if: Capability.isDroppable, "setpriv can't bind root to modes here"), arguments: Closed.allCases)
    func `that was made for that is read where no record of it can be written`(closed: Closed) async throws {
        try await Self.withBundle(isUnaudited: true) { homes, job, file in
            let before = FileManager.default.contents(atPath: file)
            try await Self.withCopy(closed, of: file, in: homes.owner.home) { given in
                let place = ["COFFER_VAULT": given]
                let end = try await job.run(["get", "main/lent"], environment: place, script: Self.unwritable)
                #expect(end.status == .exited(0) && end.text == "made-up-lent", "\(end.errors)")
                let list = try await job.run(["list", "--quiet"], environment: place, script: Self.unwritable)
                #expect(list.text == "main/lent\n", "\(list.errors)")
                // It is still for one identity only.
                try await homes.owner.run(["get", "main/lent"], environment: place, script: Self.unwritable)
                    .expectRefusal(77, saying: "made for another identity")
                let folder = (given as NSString).deletingLastPathComponent
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["ci.bundle"])
                #expect(FileManager.default.contents(atPath: given) == before)
            }
            // Where a record can be written, it is.
            #expect(try await job.run("get", "main/lent").text == "made-up-lent")
            #expect(try await homes.owner.run("bundle", "collect", file, "--json").json["added"] as? Int == 1)
        }
    }

    @Test func `is sound after it was used, and damaged after somebody else wrote into it`() async throws {
        try await Self.withBundle { _, job, file in
            #expect(try await job.run("get", "main/lent").text == "made-up-lent")
            let sound = try await job.run("verify", "--json")
            #expect(sound.status == .exited(0) && sound.json["sound"] as? Bool == true, "\(sound.text)\(sound.errors)")
            #expect((sound.json["findings"] as? [Any])?.isEmpty == true, "\(sound.text)")
            let chains = try await job.run("audit", "verify")
            #expect(chains.status == .exited(0), "\(chains.text)\(chains.errors)")
            let home = job.home
            try home.tamper("UPDATE entry SET use_box = CAST(use_box || x'00' AS BLOB)", in: file)
            #expect(try await job.run("verify").status == .exited(65))
            try home.tamper(
                "UPDATE entry SET use_box = CAST(substr(use_box, 1, length(use_box) - 1) AS BLOB)", in: file)
            #expect(try await job.run("verify").status == .exited(0))
            // The last byte of an Ed25519 signature is never above 0x10 (RFC 8032 §5.1.7), so this changes it, whatever it was.
            try home.tamper(
                "UPDATE audit SET body = CAST(substr(body, 1, length(body) - 1) || x'FF' AS BLOB)", in: file)
            #expect(try await job.run("audit", "verify").status == .exited(65))
            #expect(try await job.run("verify").status == .exited(65))
        }
    }
}
