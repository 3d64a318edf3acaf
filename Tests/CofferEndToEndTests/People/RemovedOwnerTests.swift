// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// Two owners, of whom one is removed and puts a vault of his own in the place of the real one.
@Suite(.timeLimit(.minutes(4))) struct `A removed owner` {
    /// What there is after the removal and the forgery.
    private struct Scene {
        /// A job that was let in while both were owners, and has never opened the vault since.
        let job: Program
        /// The real vault's file.
        let real: String
        /// The forged vault's file.
        let forged: String
        /// The pin that the removal printed.
        let pin: String
    }

    private static func with(_ body: (Scene) async throws -> Void) async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            #expect(try await owner.run("init").status == .exited(0))
            #expect(try await owner.run("put", "main/npm", input: .text("real")).status == .exited(0))
            try await TwoHomes.with(owner: owner) { homes in
                try await Home.with { other in
                    try await homes.letIn("bad", "--role", "owner")
                    var job = Program(home: other)
                    job.environment["COFFER_VAULT"] = home.vault
                    try await homes.letIn("job", "--role", "reader", "--space", "main", from: job)
                    let forged = try copyVault(of: home, to: homes.guest.home)
                    let removal = try await owner.run("identity", "remove", "bad", "--yes")
                    #expect(removal.status == .exited(0), "\(removal.errors)")
                    #expect(removal.errors.contains("COFFER_PIN=coffer-pin-1"))
                    // Before his removal he was an owner, and in his copy he still is.
                    var bad = homes.guest
                    bad.environment["COFFER_VAULT"] = forged
                    for command in [["space", "add", "trap"], ["put", "main/npm"]] {
                        let end = try await bad.run(command, input: .text("forged"))
                        #expect(end.status == .exited(0), "\(end.errors)")
                    }
                    try await body(
                        Scene(
                            job: job, real: home.vault, forged: forged,
                            pin: removal.text.trimmingCharacters(in: .newlines)))
                }
            }
        }
    }

    private static func copyVault(of home: Home, to other: Home) throws -> String {
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: home.vault + suffix) {
            try FileManager.default.copyItem(atPath: home.vault + suffix, toPath: "\(other.path)/forged.db" + suffix)
        }
        return "\(other.path)/forged.db"
    }

    @Test func `forks the vault, which whoever is given the new pin refuses`() async throws {
        try await Self.with { scene in
            // A job on a machine of its own each time: nothing is remembered.
            func fresh(_ name: String) -> [String: String] { ["XDG_STATE_HOME": "\(scene.job.home.path)/\(name)"] }
            let forged = fresh("1").merging(["COFFER_VAULT": scene.forged]) { $1 }
            // What the threat model says: a job with the old pin alone can't know.
            #expect(try await scene.job.run("get", "main/npm", environment: forged).text == "forged")
            let pinned = forged.merging(["COFFER_PIN": scene.pin]) { $1 }
            try await scene.job.run("get", "main/npm", environment: pinned).expectRefusal(65, saying: "part ways")
            try await scene.job.run("get", "main/npm", "--pin", scene.pin, environment: forged).expectRefusal(65)
            let real = try await scene.job.run("get", "main/npm", "--pin", scene.pin, environment: fresh("2"))
            #expect(real.text == "real", "\(real.errors)")
        }
    }

    @Test func `is found out by the machine that was fooled, once it is given the pin`() async throws {
        try await Self.with { scene in
            let forged = ["COFFER_VAULT": scene.forged]
            #expect(try await scene.job.run("get", "main/npm", environment: forged).text == "forged")
            let identity = try Data(contentsOf: URL(filePath: scene.job.home.identity))
            let asked = try await scene.job.run("identity", "repin", scene.pin)
            #expect(asked.status == .exited(64))
            #expect(asked.errors.contains("this machine has seen a vault that parts"), "\(asked.errors)")
            #expect(try Data(contentsOf: URL(filePath: scene.job.home.identity)) == identity)
            #expect(try await scene.job.run("identity", "repin", scene.pin, "--force").status == .exited(0))
            #expect(try await scene.job.run("get", "main/npm").text == "real")
            try await scene.job.run("get", "main/npm", environment: forged).expectRefusal(65)
        }
    }

    @Test func `can't have the pin of a file moved to the fork unless that is forced`() async throws {
        try await Self.with { scene in
            let forged = ["COFFER_VAULT": scene.forged]
            let moved = try await scene.job.run("identity", "repin", scene.pin)
            #expect(moved.status == .exited(0), "\(moved.errors)")
            #expect(moved.text == scene.pin + "\n")
            try await scene.job.run("get", "main/npm", environment: forged).expectRefusal(65)
            #expect(try await scene.job.run("get", "main/npm").text == "real")

            let identity = try Data(contentsOf: URL(filePath: scene.job.home.identity))
            let fork = try await Self.pin(of: scene)
            let refused = try await scene.job.run("identity", "repin", fork, environment: forged)
            #expect(refused.status == .exited(64))
            #expect(refused.errors.contains("forked"), "\(refused.errors)")
            let elsewhere = try await scene.job.run("identity", "repin", fork)
            #expect(elsewhere.status == .exited(64))
            #expect(elsewhere.errors.contains("does not descend"), "\(elsewhere.errors)")
            #expect(try Data(contentsOf: URL(filePath: scene.job.home.identity)) == identity)

            #expect(
                try await scene.job.run("identity", "repin", fork, "--force", environment: forged).status == .exited(0))
            #expect(try await scene.job.run("get", "main/npm", environment: forged).text == "forged")
        }
    }

    /// The pin of the forged vault, as its maker would send it.
    private static func pin(of scene: Scene) async throws -> String {
        let home = FilePath.folder(of: scene.forged)
        let bad = Program(home: Home(path: home))
        return try await bad.run("identity", "repin", environment: ["COFFER_VAULT": scene.forged]).text
            .trimmingCharacters(in: .newlines)
    }

    private enum FilePath {
        static func folder(of path: String) -> String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }
    }
}
