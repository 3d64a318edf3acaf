// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `The doctor` {
    /// The results of the checks by name; a check with several findings has its worst.
    private static func results(_ end: Finished) throws -> [String: String] {
        let checks = try #require(end.json["checks"] as? [[String: Any]])
        let order = ["ok", "skipped", "warning", "failure"]
        return checks.reduce(into: [:]) { results, check in
            guard let name = check["check"] as? String, let result = check["result"] as? String else { return }
            let present = results[name].flatMap(order.firstIndex) ?? -1
            if let rank = order.firstIndex(of: result), rank > present { results[name] = result }
        }
    }

    private static func withVault(_ body: (Program, Home) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            try await body(program, home)
        }
    }

    /// Runs it and expects exactly these checks to fail.
    private static func expectFailures(
        _ names: Set<String>, _ code: Int32, _ program: Program, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let end = try await program.run("doctor", "--json")
        #expect(end.status == .exited(code), "\(end.text)", sourceLocation: sourceLocation)
        let failed = try results(end).filter { $0.value == "failure" }.keys
        #expect(Set(failed) == names, "\(end.text)", sourceLocation: sourceLocation)
    }

    @Test func `finds nothing wrong with a fresh vault, and changes nothing`() async throws {
        try await Self.withVault { program, home in
            let before = try #require(home.files()["data/coffer/vault.db"])
            let end = try await program.run("doctor", "--json")
            #expect(end.status == .exited(0), "\(end.text)")
            let results = try Self.results(end)
            for name in [
                "vault_file", "identity_file", "files_beside", "folders", "file_system", "store_settings",
                "store_integrity", "identity", "spill", "core_dumps", "clock_events",
            ] { #expect(results[name] == "ok", "\(name)") }
            #expect(results["provider"] == "skipped")
            #expect(home.files()["data/coffer/vault.db"] == before)
            let people = try await program.run("doctor", "--offline")
            #expect(people.text.contains("owner opens the vault: owner of main"))
            #expect(
                try await program.run("doctor", "--offline", "--quiet").text.split(separator: "\n").contains("identity")
                    == false)
        }
    }

    @Test func `goes on without a vault`() async throws {
        try await Home.with { home in
            let end = try await Program(home: home).run("doctor", "--json")
            #expect(end.status == .exited(66))
            let results = try Self.results(end)
            #expect(results["vault_file"] == "failure" && results["identity"] == "failure")
            #expect(results["core_dumps"] == "ok" && results["free_space"] != nil)
            #expect(!FileManager.default.fileExists(atPath: home.vault))
        }
    }

    @Test func `says whom a file is open to, and how to close it`() async throws {
        try await Self.withVault { program, home in
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: home.identity)
            try await Self.expectFailures(["identity_file", "identity"], 78, program)
            let people = try await program.run("doctor", "--offline")
            #expect(people.text.contains("fix: chmod 600 \(home.identity)"))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: home.identity)
            try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: home.vault)
            try await Self.expectFailures(["vault_file"], 78, program)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: home.vault)
            try home.write([], to: "data/coffer/vault.db-lock", mode: 0o666)
            try await Self.expectFailures(["files_beside"], 78, program)
        }
    }

    @Test func `notices a folder that others can write in`() async throws {
        try await Self.withVault { program, home in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: "\(home.path)/data")
            try await Self.expectFailures(["folders"], 78, program)
        }
    }

    @Test func `tells a damaged file from a foreign one and from another's`() async throws {
        try await Self.withVault { program, home in
            var bytes = [UInt8](try #require(home.files()["data/coffer/vault.db"]))
            let whole = bytes
            // The kinds of the b-tree's pages behind the first.
            for page in stride(from: 4096, to: bytes.count, by: 4096) { bytes[page] = 0xFF }
            try home.write(bytes, to: "data/coffer/vault.db")
            let end = try await program.run("doctor", "--json")
            #expect(end.status == .exited(65))
            #expect(try Self.results(end)["vault_file"] == "ok")
            #expect(try Self.results(end).values.contains("failure"))
            try home.write(whole, to: "data/coffer/vault.db")
            try await Self.withVault { _, other in
                try home.write(try #require(other.files()["config/coffer/identity"]), to: "config/coffer/identity")
            }
            try await Self.expectFailures(["identity"], 77, program)
            try home.write("no vault".utf8, to: "data/coffer/vault.db")
            try await Self.expectFailures(["store_settings", "identity"], 65, program)
        }
    }

    /// The one finding about locked memory.
    private static func lockedMemory(_ program: Program, script: String? = nil) async throws -> [String: Any] {
        let end = try await program.run(["doctor", "--json", "--offline"], script: script)
        #expect(end.status == .exited(0), "\(end.text)\(end.errors)")
        let checks = try #require(end.json["checks"] as? [[String: Any]])
        let found = checks.filter { $0["check"] as? String == "locked_memory" }
        #expect(found.count == 1, "\(end.text)")
        return found.first ?? [:]
    }

    /// Whether this process, whose limits and rights the program inherits, can keep that much out of swap.
    private static func locks(_ byteCount: Int) -> Bool {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 1 << 16)
        defer { memory.deallocate() }
        guard mlock(memory, byteCount) == 0 else { return false }
        munlock(memory, byteCount)
        return true
    }

    @Test func `says whether keys are kept out of swap`() async throws {
        try await Self.withVault { program, _ in
            let finding = try await Self.lockedMemory(program)
            #expect(finding["result"] as? String == (Self.locks(256 << 10) ? "ok" : "warning"), "\(finding)")
        }
    }

    @Test(.enabled(if: Capability.isDroppable, "setpriv can't bind root to limits here"))
    func `warns where keys can't be kept out of swap, and everything works all the same`() async throws {
        try await Self.withVault { program, _ in
            let script = "ulimit -l 0; " + Capability.lockingMemory.droppingScript
            let finding = try await Self.lockedMemory(program, script: script)
            #expect(finding["result"] as? String == "warning", "\(finding)")
            let sentence = try #require(finding["finding"] as? String)
            #expect(sentence.contains("256 KiB out of swap (up to 0 KiB)"), "\(sentence)")
            #expect((finding["fix"] as? String)?.contains("ulimit -l") == true)
            let put = try await program.run("put", "main/token", input: .text("value"), script: script)
            #expect(put.status == .exited(0), "\(put.errors)")
            #expect(try await program.run("get", "main/token", script: script).text == "value")
        }
    }

    @Test func `asks the providers of the apps, and compares the clock with theirs`() async throws {
        try await World.with { world in
            // A provider has five seconds to answer (docs/commands.md), and this one is the test's process.
            let found = try await GrantedTime.tried(.seconds(5)) { _ -> Finished? in
                let end = try await world.program.run("doctor", "--json")
                return try Self.results(end)["provider"] == "ok" ? end : nil
            }
            let end = try #require(found, "the provider did not answer")
            #expect(end.status == .exited(0), "\(end.text)")
            let results = try Self.results(end)
            #expect(results["clock_providers"] == "ok", "\(end.text)")
            let requests = world.sandbox.log.records.count
            let offline = try await world.program.run("doctor", "--json", "--offline")
            #expect(try Self.results(offline)["provider"] == "skipped")
            #expect(world.sandbox.log.records.count == requests)
        }
    }

    @Test func `says which provider does not answer`() async throws {
        try await Self.withVault { program, _ in
            // Nobody listens at port 1.
            let added = try await program.run(
                "app", "add", "main/portal", "--provider", "bitrix24", "--sandbox", "https://bitrix.localhost:1",
                "--client-id", "app", input: .text("secret\n"))
            #expect(added.status == .exited(0), "\(added.errors)")
            try await Self.expectFailures(["provider"], 69, program)
            #expect(try await program.run("doctor", "--offline").status == .exited(0))
        }
    }
}
