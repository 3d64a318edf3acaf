// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import Foundation
import Testing

@testable import CofferCommands

@Suite struct `The short way` {
    /// A place that can be trusted, with a socket on which nobody listens.
    private static func withPlace(_ body: (_ environment: [String: String]) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "coffer-short-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let number = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(folder)/s".utf8) }
        let failure = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(failure == 0)
        try body(["HOME": folder, "COFFER_AGENT_SOCKET": "\(folder)/s"])
    }

    @Test func `asks where a socket is that can be trusted, and nothing is said that only the vault can heed`() throws {
        try Self.withPlace { environment in
            #expect(ShortWay.place(environment)?.path == environment["COFFER_AGENT_SOCKET"])
            for name in [
                "COFFER_IDENTITY", "COFFER_IDENTITY_FILE", "COFFER_IDENTITY_COMMAND", "COFFER_PIN",
                "COFFER_AGENT_TICKET", "COFFER_AGENT_TICKET_FILE",
            ] {
                #expect(ShortWay.place(environment.merging([name: "made-up"]) { $1 }) == nil, "\(name)")
                #expect(ShortWay.place(environment.merging([name: ""]) { $1 }) != nil, "\(name)")
            }
            let folder = try #require(environment["HOME"])
            #expect(ShortWay.place(environment.merging(["COFFER_AGENT_SOCKET": "\(folder)/none"]) { $1 }) == nil)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            #expect(ShortWay.place(environment) == nil)
        }
    }

    @Test func `leads nowhere without an answer, and says nothing`() throws {
        try Self.withPlace { environment in
            let folder = try #require(environment["HOME"])
            let vault = "\(folder)/vault.db"
            let (output, errors) = (RecordedOutput(), RecordedOutput())
            let line = ["token", "main/crm/acme"]
            // Without a file in the vault's place, and with one.
            for _ in 1...2 {
                let context = CommandContext.test(
                    output: output, errors: errors,
                    environment: environment.merging(["COFFER_VAULT": vault]) { $1 })
                #expect(ShortWay.take(line, context) == nil)
                try Data("made up".utf8).write(to: URL(fileURLWithPath: vault))
            }
            #expect(output.text.isEmpty && errors.text.isEmpty)
        }
    }

    @Test func `looks at nothing for any other command line`() {
        func context() -> CommandContext {
            Issue.record("the context was asked for")
            return .test()
        }
        #expect(ShortWay.take(["status"], context()) == nil)
        #expect(ShortWay.take(["token", "main/crm/acme", "--json"], context()) == nil)
    }
}
