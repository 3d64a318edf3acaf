// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferAgentClient

@Suite struct `The place of an agent's socket` {
    private static let isRoot = geteuid() == 0

    @Test(
        arguments: [
            (nil, ["HOME": "/h"], "/h/.local/state/coffer/agent.sock"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "/s"], "/s/coffer/agent.sock"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "s"], "/h/.local/state/coffer/agent.sock"),
            (nil, ["HOME": "/h", "XDG_RUNTIME_DIR": "/run"], "/run/coffer/agent.sock"),
            (nil, ["HOME": "/h", "XDG_RUNTIME_DIR": ""], "/h/.local/state/coffer/agent.sock"),
            (nil, ["XDG_RUNTIME_DIR": "/run", "COFFER_AGENT_SOCKET": "/a//./b"], "/a/b"),
            ("/named", ["COFFER_AGENT_SOCKET": "/a"], "/named"),
        ] as [(String?, [String: String], String)])
    func `is where the agent puts it`(_ named: String?, _ environment: [String: String], _ path: String) throws {
        #expect(try AgentPlace(named, environment: environment).path == path)
    }

    @Test func `is nowhere without a folder to derive it from`() {
        #expect(throws: CredentialError(.misconfigured, message: "")) { try AgentPlace(environment: ["HOME": "h"]) }
    }

    /// Makes a socket that can be trusted, and lets the body spoil it.
    private static func refusal(
        _ spoil: (_ folder: String) throws -> String?
    ) async throws -> CredentialError? {
        try await UnixServer.with(.always(.silence)) { server in
            try AgentPlace(server.path, environment: [:]).confirm()
            let path = try spoil(server.folder) ?? server.path
            do throws(CredentialError) {
                try AgentPlace(path, environment: [:]).confirm()
                return nil
            } catch {
                return error
            }
        }
    }

    private static func setMode(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test(arguments: [0o755, 0o710, 0o701, 0o770]) func `is refused in a folder that others can enter`(
        mode: Int
    ) async throws {
        let error = try await Self.refusal { folder in
            try Self.setMode(mode, folder)
            return nil
        }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("chmod 700") == true)
    }

    @Test func `is refused below a folder that others can write, and through a link`() async throws {
        for (name, words) in [("open/inner", "others can write in"), ("link", "is not a folder")] {
            let error = try await Self.refusal { folder in
                let files = FileManager.default
                let inner = "\(folder)/open/inner"
                try files.createDirectory(
                    atPath: inner, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                try files.moveItem(atPath: "\(folder)/agent.sock", toPath: "\(inner)/agent.sock")
                try files.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: inner)
                if name != "link" { try Self.setMode(0o777, "\(folder)/open") }
                return "\(folder)/\(name)/agent.sock"
            }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
        }
    }

    @Test func `is refused if it is no socket, or a link to one`() async throws {
        for isLink in [false, true] {
            let error = try await Self.refusal { folder in
                let other = "\(folder)/other"
                if isLink {
                    try FileManager.default.createSymbolicLink(
                        atPath: other, withDestinationPath: "\(folder)/agent.sock")
                } else {
                    try Data("made up".utf8).write(to: URL(fileURLWithPath: other))
                }
                return other
            }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.contains("is no socket") == true)
        }
    }

    @Test func `says that nobody serves where nothing is`() async throws {
        let error = try await Self.refusal { "\($0)/none/agent.sock" }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("coffer agent") == true)
    }

    @Test func `is refused with a name that fits into no address`() async throws {
        let error = try await Self.refusal { "\($0)/" + String(repeating: "a", count: 120) }
        #expect(error?.code == .misconfigured)
    }

    @Test(.enabled(if: isRoot)) func `is refused if it, or its folder, is another user's`() async throws {
        for isFolder in [false, true] {
            let error = try await Self.refusal { folder in
                let path = isFolder ? folder : "\(folder)/agent.sock"
                try #require(chown(path, 65534, 65534) == 0)
                return nil
            }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.contains("belongs to another user") == true)
        }
    }

    @Test(.enabled(if: isRoot))
    func `may be another user's for who has a ticket, and nobody else may write there`() async throws {
        // Root's home, where nobody else could have made the folder.
        try await UnixServer.with(.always(.silence), below: NSHomeDirectory()) { server in
            let place = try AgentPlace(server.path, environment: [:])
            for path in [server.path, server.folder] { try #require(chown(path, 65534, 65534) == 0) }
            try Self.setMode(0o755, server.folder)
            try place.confirm(asGuest: true)
            try Self.setMode(0o775, server.folder)
            #expect(throws: CredentialError(.misconfigured, message: "")) { try place.confirm(asGuest: true) }
            try Self.setMode(0o755, server.folder)
            // The folder of one, the socket of another.
            try #require(chown(server.folder, 65533, 65533) == 0)
            #expect(throws: CredentialError(.misconfigured, message: "")) { try place.confirm(asGuest: true) }
        }
    }

    /// In such a folder anybody makes what is not there yet, as an agent's after the machine was started.
    @Test(.enabled(if: isRoot))
    func `is nobody else's below a folder where everybody makes files, also for who has a ticket`() async throws {
        try await UnixServer.with(.always(.silence), below: NSHomeDirectory()) { server in
            let shared = "\(server.folder)/shared"
            let inner = "\(shared)/tickets"
            try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: server.path, toPath: "\(inner)/agent.sock")
            try Self.setMode(0o755, server.folder)
            try Self.setMode(0o755, inner)
            try Self.setMode(0o1777, shared)
            let place = try AgentPlace("\(inner)/agent.sock", environment: [:])
            // This user's own is his.
            try place.confirm(asGuest: true)
            for path in [place.path, inner] { try #require(chown(path, 65534, 65534) == 0) }
            let error = #expect(throws: CredentialError.self) { try place.confirm(asGuest: true) }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.contains("\(shared), above the agent's socket") == true, "\(error?.message ?? "")")
            try Self.setMode(0o755, shared)
            try place.confirm(asGuest: true)
        }
    }

    @Test func `is judged before anything is sent`() async throws {
        try await UnixServer.with(.always(.silence)) { server in
            try Self.setMode(0o755, server.folder)
            let client = AgentClient(try AgentPlace(server.path, environment: [:]))
            await #expect(throws: CredentialError(.misconfigured, message: "")) {
                try await client.vaultID(within: .seconds(20))
            }
            await client.close()
            #expect(server.requests.isEmpty)
        }
    }
}
