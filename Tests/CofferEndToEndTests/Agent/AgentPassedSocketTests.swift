// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage
import Testing

/// Sockets that a service manager has made: `LISTEN_FDS`.
@Suite(.timeLimit(.minutes(5))) struct `An agent with sockets that were passed` {
    /// Makes sockets, passes them on as systemd does, and becomes the program: `NAME=PATH` each, `tcp` and `file` for what is none.
    private static let manager = """
        import os, socket, sys
        names, numbers = [], []
        for argument in os.environ["PASSED"].split():
            name, _, path = argument.partition("=")
            if path == "tcp":
                one = socket.socket(); one.bind(("127.0.0.1", 0)); one.listen()
            elif path == "file":
                one = open("/dev/null")
            else:
                os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
                one = socket.socket(socket.AF_UNIX); one.bind(path)
                if name != "deaf": one.listen()
            names.append(name); numbers.append(os.dup(one.fileno()))
        high = [os.dup2(n, 50 + i) for i, n in enumerate(numbers)]
        for i, n in enumerate(high): os.dup2(n, 3 + i, inheritable=True)
        os.closerange(3 + len(high), 200)
        os.environ.setdefault("LISTEN_PID", str(os.getpid()))
        os.environ.update(LISTEN_FDS=str(len(high)), LISTEN_FDNAMES=":".join(names))
        os.execv(sys.argv[1], sys.argv[1:])
        """

    private static func with(_ body: (Program, _ script: String) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            try #require(try await program.run("put", "main/key", input: .text("made-up-key")).status == .exited(0))
            let file = try home.write(Self.manager.utf8, to: "manager.py")
            try await body(program, "exec python3 '\(file)' \"$0\" \"$@\"")
        }
    }

    @Test func `answers on them, lets nobody else in, and leaves them where they are`() async throws {
        try await Self.with { program, script in
            let (own, guests) = ("\(program.home.path)/run/coffer/agent.sock", "\(program.home.path)/guests/a.sock")
            let (_, end) = try await program.withAgent(
                environment: ["PASSED": "agent=\(own) tickets=\(guests)"], script: script
            ) { agent in
                #expect(agent.socket == own)
                let mode = try FileManager.default.attributesOfItem(atPath: own)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let secret = try await agent.ask("/v1/secret?path=main/key")
                #expect(secret.json["value"] as? String == "made-up-key")
                #expect(secret.fields["date"]?.hasSuffix(" GMT") == true)
                // More than one on a connection, and one that is half sent while others are served.
                let connection = try await UnixConnection(to: own)
                let request = "GET /v1/health HTTP/1.1\r\nHost: coffer\r\n"
                await connection.send(Array("\(request)\r\n\(request)Connection: close\r\n\r\n".utf8))
                let both = String(decoding: await connection.readToEnd(), as: UTF8.self)
                #expect(both.components(separatedBy: "HTTP/1.1 200 ").count == 3)
                let half = try await UnixConnection(to: own)
                await half.send(Array("GET /v1/health".utf8))
                let broken = try await agent.exchange("made-up nonsense\r\n\r\n")
                #expect(broken.status == 400)
                try await agent.expectService()

                let place = RunningAgent(process: agent.process, socket: guests)
                let refused = try await place.ask("/v1/secret?path=main/key")
                #expect(refused.status == 401)
                let ticket = try await program.run("agent", "ticket", "--path", "main/key")
                let answer = try await place.ask(
                    "/v1/secret?path=main/key",
                    fields: ["Authorization: Bearer \(ticket.text.trimmingCharacters(in: .newlines))"])
                #expect(answer.status == 200, "\(ticket.errors)")
                // It holds the place against agents that nobody passed anything to.
                try await program.run("agent").expectRefusal(75, saying: "an agent serves at")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            for path in [own, guests] { #expect(FileManager.default.fileExists(atPath: path)) }
        }
    }

    @Test func `ends although clients are silent, half through, or listening`() async throws {
        try await Self.with { program, script in
            let own = "\(program.home.path)/run/coffer/agent.sock"
            let (_, end) = try await program.withAgent(
                environment: ["PASSED": "agent=\(own)"], script: script, isEndedByBody: true
            ) { agent in
                let idle = try await UnixConnection(to: own)
                let half = try await UnixConnection(to: own)
                await half.send(Array("POST /v1/rejected HTTP/1.1\r\nContent-Length: 50\r\n\r\n{".utf8))
                let listener = try await UnixConnection(to: own)
                await listener.send(Array("GET /v1/events HTTP/1.1\r\nHost: coffer\r\n\r\n".utf8))
                _ = await listener.read()
                try await agent.expectService()
                agent.process.send(SIGTERM)
                let rest = await idle.readToEnd()
                #expect(rest.isEmpty)
                _ = await half.readToEnd()
                _ = await listener.readToEnd()
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `takes none that were meant for another process`() async throws {
        try await Self.with { program, script in
            let other = "\(program.home.path)/other/agent.sock"
            let environment = ["PASSED": "agent=\(other)", "LISTEN_PID": "1"]
            let (_, end) = try await program.withAgent(environment: environment, script: script) { agent in
                #expect(agent.socket == "\(program.home.path)/run/coffer/agent.sock")
                try await agent.expectService()
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `refuses what is no socket of its kind, in an open folder, or with another one`() async throws {
        try await Self.with { program, script in
            let home = program.home.path
            for (passed, arguments, status, words) in [
                ("agent=tcp", [], 69, "is no Unix socket"), ("agent=file", [], 69, "is no Unix socket"),
                ("deaf=\(home)/a/a.sock", [], 69, "is no Unix socket"),
                ("x=\(home)/b/a.sock y=\(home)/c/a.sock", [], 69, "two sockets of one kind"),
                ("tickets=\(home)/d/a.sock tickets=\(home)/e/a.sock", [], 69, "two sockets of one kind"),
                ("x=\(home)/f/1 y=\(home)/f/2 tickets=\(home)/f/3", [], 69, "3 sockets were passed"),
                ("agent=\(home)/g/a.sock tickets=\(home)/g/b.sock", [], 64, "a folder of its own"),
                ("agent=\(home)/h/a.sock", ["--socket", "\(home)/other/a.sock"], 64, "another one is named"),
                ("agent=\(home)/open/a.sock", [], 78, "chmod 700"),
            ] as [(String, [String], Int32, String)] {
                try FileManager.default.createDirectory(atPath: "\(home)/open", withIntermediateDirectories: true)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(home)/open")
                let end = try await program.run(
                    ["agent"] + arguments, environment: ["PASSED": passed], script: script)
                end.expectRefusal(status, saying: words)
            }
        }
    }

    private static let activator = "/usr/bin/systemd-socket-activate"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: activator), "there is no systemd-socket-activate"))
    func `is started by the first who asks`() async throws {
        try await Self.with { program, _ in
            let own = "\(program.home.path)/run/coffer/agent.sock"
            try FileManager.default.createDirectory(
                atPath: "\(program.home.path)/run/coffer", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let names = ["DATA", "CONFIG", "STATE", "CACHE"].map { "-E XDG_\($0)_HOME" } + ["-E XDG_RUNTIME_DIR"]
            let script = """
                exec \(Self.activator) --listen='\(own)' --fdname=agent \(names.joined(separator: " ")) "$0" "$@"
                """
            let (_, end) = try await program.start(["agent"], script: script) { running in
                _ = try #require(await running.line(containing: "Listening on"))
                let agent = RunningAgent(process: running, socket: own)
                // It waits in the queue of the socket until somebody answers.
                let answer = try await agent.ask("/v1/secret?path=main/key")
                #expect(answer.json["value"] as? String == "made-up-key")
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    private static let analyser = "/usr/bin/systemd-analyze"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: analyser), "there is no systemd-analyze"))
    func `has unit files that systemd understands`() async throws {
        let folder = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        try await Home.with { home in
            var paths: [String] = []
            for name in ["coffer-agent.service", "coffer-agent.socket", "coffer-agent-tickets.socket"] {
                let unit = try String(contentsOf: folder.appending(path: "packaging/systemd/\(name)"), encoding: .utf8)
                paths.append(try home.write(unit.replacing("/usr/local/bin/coffer", with: Program.path).utf8, to: name))
            }
            let end = try await Subprocess.run(
                .path("/usr/bin/env"),
                arguments: Arguments(
                    [
                        "XDG_RUNTIME_DIR=\(home.path)", "HOME=\(home.path)", Self.analyser, "verify", "--man=no",
                        "--user",
                    ]
                        + paths),
                output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            #expect(end.terminationStatus == .exited(0), "\(end.standardError)")
        }
    }
}
