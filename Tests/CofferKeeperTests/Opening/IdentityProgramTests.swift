// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `The program that prints an identity` {
    @Test func `is run as it is, with nothing on standard input and a few variables`() async throws {
        let environment = [
            "HOME": "/people/ada", "COFFER_IDENTITY": "x", "COFFER_PIN": "x", "LD_PRELOAD": "x", "API_TOKEN": "x",
        ]
        try await Script.with("cat; env | sed 's/=.*//' | sort | grep -vE '^(PWD|SHLVL|_)$'") { path in
            let command = try IdentityProgram(path, environment: environment)
            let text = try await command.output(limit: 4096, .silent)
            #expect(text == Secret("HOME\n"))
        }
    }

    @Test func `says what it has to say to the log, in lines`() async throws {
        try await Script.with("echo one >&2; printf two >&2; echo text") { path in
            let lines = RecordedLines()
            let text = try await IdentityProgram(path, environment: [:]).output(limit: 4096, lines.log)
            #expect(text == Secret("text\n"))
            #expect(lines.all == ["script: one", "script: two"])
        }
    }

    @Test func `can't flood the log`() async throws {
        try await Script.with("head -c 100000 /dev/zero | tr '\\0' x >&2; yes | head -1000 >&2; echo text") {
            path in
            let lines = RecordedLines()
            _ = try await IdentityProgram(path, environment: [:]).output(limit: 4096, lines.log)
            #expect(lines.all.count == 50)
            #expect(lines.all.allSatisfy { $0.utf8.count <= 508 })
        }
    }

    @Test(arguments: [
        ("exit 3", "ended with status 3"), ("kill -TERM $$", "ended by signal 15"), ("yes", "more than the 4096 bytes"),
    ])
    func `that fails or floods is refused`(script: String, sentence: String) async throws {
        try await Self.refused(script, saying: sentence, patience: IdentityProgram.patience)
    }

    @Test(arguments: [
        "echo a; exec sleep 60", "exec sleep 60 >&- 2>&-", "sleep 60 & exit 0", "yes >&2", "echo a; yes >&2 & exit 0",
    ])
    func `that hangs, or leaves somebody who does, is given up`(script: String) async throws {
        try await Self.refused(script, saying: "did not end within 1 s", patience: .seconds(1))
    }

    private static func refused(_ script: String, saying sentence: String, patience: Duration) async throws {
        try await Script.with(script) { path in
            let command = try IdentityProgram(path, environment: ["PATH": "/usr/bin:/bin"])
            do {
                _ = try await command.output(limit: 4096, patience: patience, .silent)
                Issue.record("\(script) gave an identity")
            } catch let error as KeeperError {
                #expect(error.code == .identity)
                #expect(error.message.contains(sentence), "\(error.message)")
            }
        }
    }

    @Test func `that is relative, missing, a folder or not to be run is refused`() async throws {
        #expect(throws: KeeperError(.usage, "")) { try IdentityProgram("bin/pass", environment: [:]) }
        try await Script.with("echo text") { path in
            let folder = FilePathText.folder(of: path)
            let (missing, directory) = ("\(folder)/none", folder)
            for (path, code) in [(missing, VaultError.Code.missing), (directory, .unsafePermissions)] {
                await #expect(throws: VaultError(code, "")) {
                    try await IdentityProgram(path, environment: [:]).output(limit: 4096, .silent)
                }
            }
            for mode in [0o722, 0o600] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                await #expect(throws: VaultError(.unsafePermissions, "")) {
                    try await IdentityProgram(path, environment: [:]).output(limit: 4096, .silent)
                }
            }
        }
    }

    @Test func `may be named by a symbolic link, and is no program if its folder is open to others`() async throws {
        try await Script.with("echo text") { path in
            let folder = FilePathText.folder(of: path)
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: path)
            let text = try await IdentityProgram("\(folder)/link", environment: [:]).output(limit: 4096, .silent)
            #expect(text == Secret("text\n"))
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
            await #expect(throws: VaultError(.unsafePermissions, "")) {
                try await IdentityProgram(path, environment: [:]).output(limit: 4096, .silent)
            }
        }
    }

    @Test func `opens the vault, and its output is judged as any identity`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            guard case .file(let identity) = world.location.identity else { return }
            try await Script.with("cat '\(identity)'") { path in
                let command = try IdentityProgram(path, environment: ["PATH": "/usr/bin:/bin"])
                let location = VaultLocation(vaultPath: world.location.vaultPath, identity: .command(command))
                #expect(try await Keeper.open(location, effects: world.effects()).status().count == 1)
            }
            try await Script.with("echo coffer-secret-1AAAA") { path in
                let command = try IdentityProgram(path, environment: [:])
                let location = VaultLocation(vaultPath: world.location.vaultPath, identity: .command(command))
                await #expect(throws: VaultError(.invalidIdentity, "")) {
                    try await Keeper.open(location, effects: world.effects())
                }
            }
        }
    }
}
