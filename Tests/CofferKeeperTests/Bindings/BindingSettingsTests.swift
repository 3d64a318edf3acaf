// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Dispatch
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `What is bound on this machine` {
    private static func with(_ body: (BindingSettings) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "coffer-bindings-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(BindingSettings(["HOME": folder, "XDG_CONFIG_HOME": folder]))
    }

    /// Does something with two dozen bindings, on as many threads as there are.
    private static func atOnce(_ body: @Sendable (Binding) throws -> Void) {
        DispatchQueue.concurrentPerform(iterations: 24) { number in
            do {
                let path = try CredentialPath("main/git/me\(number)")
                try body(Binding(.git, "https://git\(number).example.com", to: path))
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test func `stays whole when many bind at once`() throws {
        try Self.with { settings throws in
            Self.atOnce { try settings.set($0) }
            #expect(try settings.all().count == 24)
            Self.atOnce { binding throws in #expect(try settings.remove(.git, binding.match)) }
            #expect(try settings.all().isEmpty)
        }
    }
}
