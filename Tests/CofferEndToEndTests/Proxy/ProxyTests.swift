// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import Testing

/// `coffer proxy` between a program and an account of the sandbox.
@Suite(.timeLimit(.minutes(5))) struct `coffer proxy` {
    /// Runs a proxy, and ends it with SIGTERM; the body is given where it serves.
    private static func with(
        _ world: World, _ arguments: String..., body: (String) async throws -> Void
    ) async throws -> Finished {
        let all = ["proxy", "--connection", "main/crm/acme"] + arguments
        return try await world.program.start(all) { running in
            let line = try #require(
                await running.line(containing: "serving "), "\(String(decoding: running.heard, as: UTF8.self))")
            let place = line.components(separatedBy: " at ")[1].prefix { $0 != ";" }
            try await body(String(place))
            running.send(SIGTERM)
        }.end
    }

    private static func ask(_ socket: String, _ target: String) async throws -> RunningAgent.Answer {
        let connection = try await UnixConnection(to: socket)
        await connection.send(Array("GET \(target) HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n".utf8))
        return RunningAgent.Answer(await connection.readToEnd())
    }

    @Test func `calls the account's API for a program, which never sees the token`() async throws {
        try await World.with { world in
            let token = Marker("token", try await world.token("acme"))
            world.sandbox.log.clear()
            let socket = "\(world.program.home.path)/run/coffer/proxy/main+crm+acme.sock"
            let end = try await Self.with(world) { place in
                #expect(place == socket)
                let answer = try await Self.ask(place, "/api/v4/account")
                #expect(answer.status == 200)
                #expect(answer.json["subdomain"] as? String == "acme")
                #expect(!token.isIn(answer.body))
                #expect(try await Self.ask(place, "//evil.example/").status == 400)
                let second = try await world.program.run("proxy", "--connection", "main/crm/acme")
                second.expectRefusal(75, saying: "serves at")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.text == socket + "\n")
            #expect(!FileManager.default.fileExists(atPath: socket))
            #expect(!token.isIn(end.errorBytes))
            #expect(world.sandbox.log.requests(for: .account).map(\.status) == [200])
        }
    }

    @Test func `has a refused token replaced, and sends the request again`() async throws {
        try await World.with(movesTime: true) { world in
            let refused = try await world.token("acme")
            // A token that was just made is not doubted.
            try await world.letPass(seconds: 60)
            world.sandbox.faults.set([FaultRule(.serverError, at: .account, status: 401)])
            world.sandbox.log.clear()
            let end = try await Self.with(world) { place in
                for _ in 1...2 {
                    let answer = try await Self.ask(place, "/api/v4/account")
                    #expect(answer.status == 200 && answer.json["subdomain"] as? String == "acme")
                }
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            let log = world.sandbox.log
            #expect(log.requests(for: .account).map(\.status) == [401, 200, 200])
            #expect(log.requests(for: .token).map(\.status) == [200])
            #expect(log.requests(carrying: refused).map(\.status) == [401])
            let renewed = try await world.token("acme")
            #expect(log.requests(carrying: renewed).map(\.status) == [200, 200])
        }
    }

    @Test func `sends nothing more once the account is blocked`() async throws {
        try await World.with { world in
            world.sandbox.faults.set([FaultRule(.forbidden, at: .account, times: 0)])
            world.sandbox.log.clear()
            let end = try await Self.with(world) { place in
                for _ in 1...3 {
                    let answer = try await Self.ask(place, "/api/v4/account")
                    #expect(answer.status == 403 && answer.code == "blocked", "\(answer.json)")
                    #expect(answer.fields["coffer-error"] == "blocked")
                }
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .account).map(\.status) == [403])
        }
    }

    /// No request comes before its place, however fast or slow the machine is, and whoever asks waits for that.
    @Test func `has requests wait for their places under the account's limit`() async throws {
        let count = 8
        try await World.with { world in
            world.sandbox.log.clear()
            let began = Date()
            let end = try await Self.with(world) { place in
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<count {
                        group.addTask { try await Self.ask(place, "/api/v4/account").status }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == Array(repeating: 200, count: count))
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            let arrivals = world.sandbox.log.requests(for: .account).map { $0.at.timeIntervalSince(began) }.sorted()
            #expect(arrivals.count == count)
            for (index, arrival) in arrivals.enumerated() {
                #expect(arrival >= Double(index) * SharedPlaces.step - 0.002, "request \(index)")
            }
        }
    }

    @Test func `serves at a port whoever shows the bearer in its file`() async throws {
        try await World.with { world in
            let file = "\(world.program.home.path)/bearer"
            let end = try await Self.with(world, "--listen", "127.0.0.1:0", "--bearer-file", file) { place in
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let bearer = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
                    .trimmingCharacters(in: .newlines)
                #expect(bearer.count == 64)
                var request = HTTPClientRequest(url: place + "/api/v4/account")
                let refused = try await HTTPClient.shared.execute(request, timeout: .minutes(1))
                #expect(refused.status == .unauthorized)
                request.headers.add(name: "Authorization", value: "Bearer \(bearer)")
                let answer = try await HTTPClient.shared.execute(request, timeout: .minutes(1))
                #expect(answer.status == .ok)
                request.headers.add(name: "Origin", value: "https://evil.example")
                let page = try await HTTPClient.shared.execute(request, timeout: .minutes(1))
                #expect(page.status == .forbidden)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func `leaves the bearer's file to another proxy that has the port, or the file`() async throws {
        try await World.with { world in
            let file = "\(world.program.home.path)/bearer"
            let own = "another made-up bearer\n"
            let end = try await Self.with(world, "--listen", "127.0.0.1:0", "--bearer-file", file) { place in
                let written = FileManager.default.contents(atPath: file)
                let address = String(place.dropFirst("http://".count))
                let second = try await world.program.run(
                    "proxy", "--connection", "main/crm/acme", "--listen", address, "--bearer-file", file)
                #expect(second.status == .exited(69) && second.errors.contains("can't be listened at"))
                #expect(written != nil && FileManager.default.contents(atPath: file) == written)
                try FileManager.default.removeItem(atPath: file)
                try Data(own.utf8).write(to: URL(fileURLWithPath: file))
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(FileManager.default.contents(atPath: file) == Data(own.utf8))
        }
    }

    @Test func `serves nobody where the bearer can't be written`() async throws {
        try await World.with { world in
            let end = try await world.program.run(
                "proxy", "--connection", "main/crm/acme", "--listen", "127.0.0.1:0", "--bearer-file",
                "\(world.program.home.path)/none/bearer")
            #expect(end.status == .exited(66) && end.output.isEmpty, "\(end.errors)")
        }
    }

    @Test func `answers what it was asked before it was told to end`() async throws {
        try await World.with { world in
            // What was under way is waited for that long (docs/proxy.md).
            let found = try await GrantedTime.tried(.seconds(5)) { _ in try await Self.answerAtEnd(world) }
            let answer = try #require(found)
            #expect(answer.fields["coffer-error"] == nil, "\(answer.json)")
            #expect(world.sandbox.log.requests(for: .account).map(\.status) == [200])
        }
    }

    /// Ends a proxy that waits for the body of a request, and gives the answer to that if it was a good one.
    private static func answerAtEnd(_ world: World) async throws -> RunningAgent.Answer? {
        world.sandbox.log.clear()
        let (answer, end) = try await world.program.start(["proxy", "--connection", "main/crm/acme"]) {
            running -> RunningAgent.Answer in
            _ = try #require(await running.line(containing: "serving "))
            let place = "\(world.program.home.path)/run/coffer/proxy/main+crm+acme.sock"
            let client = try await UnixConnection(to: place)
            let fields = "Host: acme\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
            await client.send(Array("GET /api/v4/account HTTP/1.1\r\n\(fields)\r\n".utf8))
            // From that word on it waits for the body.
            var said = ""
            while !said.contains("100 Continue\r\n\r\n") {
                let bytes = await client.read()
                try #require(!bytes.isEmpty, "\(said)")
                said += String(decoding: bytes, as: UTF8.self)
            }
            let idle = try await UnixConnection(to: place)

            running.send(SIGTERM)
            _ = try #require(await running.line(containing: "what was asked before is answered first"))
            // Whoever has asked nothing is sent away meanwhile.
            let nothing = await idle.readToEnd()
            #expect(nothing.isEmpty)
            await client.send(Array("{}".utf8))
            return RunningAgent.Answer(await client.readToEnd())
        }
        #expect(end.status == .exited(0), "\(end.errors)")
        return answer.status == 200 ? answer : nil
    }

    @Test func `refuses what it can't lead to, and half a door`() async throws {
        try await World.with { world in
            let program = world.program
            try await program.run("proxy", "--connection", "main/crm/none").expectRefusal(66, saying: "main/crm/none")
            try await program.run("proxy", "--connection", "main/crm").expectRefusal(64, saying: "main/crm")
            for arguments in [
                ["--listen", "127.0.0.1:0"], ["--listen", "0.0.0.0:0", "--bearer-file", "b"], ["--bearer-file", "b"],
                ["--listen", "127.0.0.1:0", "--bearer-file", "b", "--socket", "s"],
            ] {
                let end = try await program.run(["proxy", "--connection", "main/crm/acme"] + arguments)
                #expect(end.status == .exited(64), "\(arguments): \(end.errors)")
            }
        }
    }
}
