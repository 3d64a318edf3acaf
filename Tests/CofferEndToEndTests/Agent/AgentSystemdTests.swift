// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage
import Testing

/// An agent under a service manager, which a datagram socket plays.
@Suite(.timeLimit(.minutes(5))) struct `An agent under systemd` {
    private static func with(_ body: (Program) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            try await body(program)
        }
    }

    @Test func `says that it is ready, locked, reading again, alive and ending`() async throws {
        try await Self.with { program in
            let path = "\(program.home.path)/notify"
            let manager = try NotificationSocket(path)
            // A sign of life every two seconds: there is room for ten datagrams, and what finds none for a second is dropped.
            let environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "4000000"]
            let (_, end) = try await program.withAgent(environment: environment) { agent in
                #expect(await manager.nextNews() == ["READY=1", "STATUS=serving"])
                let locked = try await program.run("agent", "lock")
                #expect(locked.status == .exited(0))
                #expect(await manager.nextNews().first?.hasPrefix("STATUS=locked") == true)
                // Locked it reads nothing, and is locked as before.
                agent.process.send(SIGHUP)
                #expect(await manager.nextNews().first == "RELOADING=1")
                #expect(await manager.nextNews().first == "READY=1")
                #expect(await manager.nextNews().first?.hasPrefix("STATUS=locked") == true)
                let unlocked = try await program.run("agent", "unlock")
                #expect(unlocked.status == .exited(0))
                #expect(await manager.nextNews() == ["STATUS=serving"])
                agent.process.send(SIGHUP)
                let reloading = await manager.nextNews()
                #expect(reloading.first == "RELOADING=1")
                #expect(reloading.contains { $0.hasPrefix("MONOTONIC_USEC=") })
                #expect(await manager.nextNews() == ["READY=1", "STATUS=serving"])
                while await manager.next() != ["WATCHDOG=1"] {}
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(await manager.nextNews().first == "STOPPING=1")
        }
    }

    #if os(Linux)
    @Test func `is heard at an abstract name`() async throws {
        try await Self.with { program in
            let name = "@coffer-tests/\(UUID().uuidString)"
            let manager = try NotificationSocket(name)
            let (_, end) = try await program.withAgent(environment: ["NOTIFY_SOCKET": name]) { _ in
                #expect(await manager.next() == ["READY=1", "STATUS=serving"])
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }
    #endif

    @Test func `serves although nobody listens where it was told to say so`() async throws {
        try await Self.with { program in
            let environment = ["NOTIFY_SOCKET": "\(program.home.path)/none", "WATCHDOG_USEC": "200000"]
            let (_, end) = try await program.withAgent(environment: environment) { try await $0.expectService() }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    private static let analyser = "/usr/bin/systemd-analyze"

    /// The unit files, with this program in the place of the one that is installed.
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: analyser), "there is no systemd-analyze"),
        arguments: [
            ("coffer-agent.service", "coffer-agent.service"),
            ("coffer-agent@.service", "coffer-agent@root.service"),
        ]
    )
    func `has unit files that systemd understands`(file: String, name: String) async throws {
        let folder = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let unit = try String(contentsOf: folder.appending(path: "packaging/systemd/\(file)"), encoding: .utf8)
        #expect(unit.contains("ExecStart=/usr/local/bin/coffer agent"))
        try await Home.with { home in
            let path = try home.write(unit.replacing("/usr/local/bin/coffer", with: Program.path).utf8, to: name)
            let arguments = ["verify", "--man=no"] + (file.contains("@") ? [] : ["--user"]) + [path]
            let end = try await Subprocess.run(
                .path("/usr/bin/env"),
                arguments: Arguments(["XDG_RUNTIME_DIR=\(home.path)", "HOME=\(home.path)", Self.analyser] + arguments),
                output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            #expect(end.terminationStatus == .exited(0), "\(end.standardError)")
        }
    }
}
