// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage
import Testing

/// Where an agent serves, and where it refuses to.
@Suite(.timeLimit(.minutes(5))) struct `The agent's socket` {
    private static func with(_ body: (Program) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            try await body(program)
        }
    }

    private static func makeFolder(_ path: String, mode: Int) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test(arguments: [0o755, 0o710, 0o701, 0o770])
    func `is not opened in a folder that others can enter`(mode: Int) async throws {
        try await Self.with { program in
            let folder = "\(program.home.path)/run/coffer"
            try Self.makeFolder(folder, mode: mode)
            let end = try await program.run("agent")
            end.expectRefusal(78, saying: "chmod 700 \(folder)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func `is not opened below a folder that others can write`() async throws {
        try await Self.with { program in
            let above = "\(program.home.path)/open"
            try Self.makeFolder("\(above)/coffer", mode: 0o700)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: above)
            let end = try await program.run("agent", "--socket", "\(above)/coffer/agent.sock")
            end.expectRefusal(78, saying: "others can write in")
        }
    }

    @Test func `is not opened through a link to a folder, nor with a name that is too long`() async throws {
        try await Self.with { program in
            let home = program.home.path
            try Self.makeFolder("\(home)/real", mode: 0o700)
            try FileManager.default.createSymbolicLink(atPath: "\(home)/link", withDestinationPath: "\(home)/real")
            try await program.run("agent", "--socket", "\(home)/link/agent.sock")
                .expectRefusal(78, saying: "is not a folder")
            let long = String(repeating: "a", count: 120)
            try await program.run("agent", "--socket", "\(home)/real/\(long)").expectRefusal(64, saying: "at most")
        }
    }

    @Test func `takes the place of no file`() async throws {
        try await Self.with { program in
            let file = "\(program.home.path)/run/coffer/agent.sock"
            try Self.makeFolder("\(program.home.path)/run/coffer", mode: 0o700)
            try Data("made-up".utf8).write(to: URL(filePath: file))
            try await program.run("agent").expectRefusal(69, saying: "is no socket")
            #expect(FileManager.default.contents(atPath: file) == Data("made-up".utf8))
        }
    }

    @Test func `belongs to one agent, and a dead one's is replaced`() async throws {
        try await Self.with { program in
            let (socket, killed) = try await program.start(["agent"]) { running in
                _ = try #require(await running.line(containing: "serving at "))
                // While it lives.
                try await program.run("agent").expectRefusal(75, saying: "an agent serves at")
                running.send(SIGKILL)
                return "\(program.home.path)/run/coffer/agent.sock"
            }
            #expect(killed.status == .signaled(SIGKILL))
            #expect(FileManager.default.fileExists(atPath: socket))
            let (_, end) = try await program.withAgent { agent in
                #expect(agent.socket == socket)
                try await agent.expectService()
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }

    @Test func `stands where the flag, the environment or the state folder says`() async throws {
        try await Self.with { program in
            let home = program.home.path
            for (arguments, environment, socket) in [
                (
                    ["--socket", "\(home)/flag/a.sock"], ["COFFER_AGENT_SOCKET": "\(home)/no/a.sock"],
                    "\(home)/flag/a.sock"
                ),
                ([], ["COFFER_AGENT_SOCKET": "\(home)/set/a.sock"], "\(home)/set/a.sock"),
                ([], ["XDG_RUNTIME_DIR": ""], "\(home)/state/coffer/agent.sock"),
            ] {
                _ = try await program.withAgent(arguments, environment: environment) { agent in
                    #expect(agent.socket == socket)
                    try await agent.expectService()
                }
            }
        }
    }

    private static let playsOthers =
        geteuid() == 0
        && ["/usr/bin/setpriv", "/usr/bin/curl"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: playsOthers)) func `serves no other user, even if somebody opened the folder`() async throws {
        try await Self.with { program in
            let (_, end) = try await program.withAgent { agent in
                var folder = agent.socket
                try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
                while folder != (program.home.path as NSString).deletingLastPathComponent {
                    folder = (folder as NSString).deletingLastPathComponent
                    guard folder.hasPrefix(program.home.path) else { break }
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
                }
                let other = try await Subprocess.run(
                    .path("/usr/bin/setpriv"),
                    arguments: [
                        "--reuid=65534", "--clear-groups", "/usr/bin/curl", "--silent", "--unix-socket", agent.socket,
                        "http://coffer/v1/health",
                    ], output: .string(limit: 1 << 16))
                #expect(other.terminationStatus != .exited(0) && other.standardOutput == "")
                try await agent.expectService()
            }
            #expect(end.errors.contains("a process of user 65534 wanted to connect, and was refused"), "\(end.errors)")
        }
    }
}
