// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite struct `The table of exit statuses` {
    /// The repository.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The text of a file of the repository.
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Every code that a module's error declares, read from its source so that a new one cannot be forgotten.
    @Test(arguments: [
        "CofferCredentials/CredentialError.swift", "CofferKeeper/KeeperError.swift", "CofferOAuth/OAuthError.swift",
        "CofferOAuth/Webhooks/WebhookError.swift", "CofferRotation/RotationError.swift",
        "CofferSandbox/SandboxError.swift", "CofferVault/VaultError.swift",
    ])
    func `has every code of every module`(file: String) throws {
        let codes = try Self.text("Sources/\(file)").matches(of: /rawValue: "([a-z_]+)"/).map { String($0.1) }
        #expect(codes.count >= 4)
        for code in codes {
            #expect(CofferCommands.ExitStatus.byCode[code] != nil, "\(code) of \(file) has no exit status")
        }
    }

    @Test func `has every code of the commands`() throws {
        let folder = Self.root.appending(path: "Sources/CofferCommands")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var codes: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            codes.formUnion(text.matches(of: /CommandError\(\s*"([a-z_]+)"/).map { String($0.1) })
        }
        #expect(codes.count >= 10)
        for code in codes {
            #expect(CofferCommands.ExitStatus.byCode[code] != nil, "\(code) has no exit status")
        }
    }

    @Test func `stands in the documentation, status by status and code by code`() throws {
        let page = try Self.text("docs/exit-status.md")
        for status in CofferCommands.ExitStatus.allCases {
            #expect(page.contains("| \(status.rawValue) |"), "\(status)")
        }
        for (code, status) in CofferCommands.ExitStatus.byCode {
            #expect(page.contains("| `\(code)` | \(status.rawValue) |"), "\(code)")
        }
    }

    @Test func `a code that nobody knows is a failure without a class`() {
        #expect(CofferCommands.ExitStatus(code: "no_such_code") == .failed)
    }

    @Test func `of several failures the one that a person must see decides`() {
        #expect(FailureSeverity.worst([.tryLater, .needsReauthorization, .unreachable]) == .needsReauthorization)
        #expect(FailureSeverity.worst([.blocked, .needsReauthorization]) == .blocked)
        #expect(FailureSeverity.worst([.failed, .tryLater]) == .tryLater)
        #expect(FailureSeverity.worst([]) == nil)
    }
}
