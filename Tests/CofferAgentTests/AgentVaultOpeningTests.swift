// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import Testing

@testable import CofferAgent
@testable import CofferKeeper

@Suite(.timeLimit(.minutes(2))) struct `A vault that is locked while somebody opens it` {
    /// Runs a body with a locked vault whose identity is printed by a program that waits for it at a pipe.
    private static func with(_ body: (AgentVault, _ pipe: String, _ identity: Data) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "coffer-agent-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (pipe, program) = ("\(folder)/pipe", "\(folder)/print")
        try #require(mkfifo(pipe, 0o600) == 0)
        try Data("#!/bin/sh\nexec /bin/cat '\(pipe)'\n".utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        let transport = NetworkTransport(userAgent: "coffer/test")
        let effects = KeeperEffects(transport: transport)
        do {
            let plain = VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity"))
            _ = try await Keeper.initialise(plain, effects: effects)
            let asked = VaultLocation(
                vaultPath: plain.vaultPath, identity: .command(try IdentityProgram(program, environment: [:])))
            let vault = try await AgentVault(KeeperOpening(asked, effects: effects), beginsLocked: true) { _ in }
            try await body(vault, pipe, try Data(contentsOf: URL(fileURLWithPath: "\(folder)/identity")))
            await vault.end()
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// Writes when somebody reads.
    private static func give(_ bytes: Data, to pipe: String) {
        Thread.detachNewThread {
            let number = open(pipe, O_WRONLY)
            _ = bytes.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            close(number)
        }
    }

    @Test func `has let go of what was read when that returns`() async throws {
        try await Self.with { vault, pipe, identity in
            let unlocking = Task { try await vault.unlock(nil) }
            while !vault.isOpening { await Task.yield() }
            let before = vault.lockCount
            let locking = Task {
                await vault.lock()
                return vault.isOpening
            }
            while vault.lockCount == before { await Task.yield() }
            Self.give(identity, to: pipe)
            let isOpening = await locking.value
            #expect(!isOpening && vault.isLocked)
            await #expect(throws: CredentialError.locked) { try await unlocking.value }
            // Afterwards it is opened as ever.
            Self.give(identity, to: pipe)
            try await vault.unlock(nil)
            #expect(!vault.isLocked)
        }
    }
}
