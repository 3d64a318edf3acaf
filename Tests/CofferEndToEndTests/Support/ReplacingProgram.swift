// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Dispatch
import Foundation

/// A program in Python that replaces a client_secret at the sandbox, and writes down what it saw of the world.
struct ReplacingProgram: Sendable {
    /// Where it is.
    let path: String
    let folder: String
    /// Its arguments.
    let arguments: [String]

    /// Writes it into a home.
    init(in home: Home, for sandbox: Sandbox) throws {
        let host = sandbox.baseURL.dropFirst("https://".count)
        try self.init(
            Self.text, named: "replace-secret", in: home,
            arguments: ["https://localhost:\(sandbox.port)/operator", String(host), sandbox.caFile])
    }

    /// Writes another one into a home.
    init(_ text: String, named name: String, in home: Home, arguments: [String]) throws {
        folder = home.path
        path = try home.write(text.utf8, to: name, mode: 0o700)
        self.arguments = arguments
    }

    /// What sets it for the app.
    var setting: [String] { setting(path) }

    /// What sets another program with its arguments for the app.
    func setting(_ program: String) -> [String] {
        ["app", "driver", World.app, "--command", program] + arguments.flatMap { ["--argument", $0] }
    }

    /// What it was asked, in order: each `operation`, `args`, `variables` and what else it saw.
    func asked() throws -> [[String: Any]] {
        let text = try String(contentsOfFile: "\(folder)/asked", encoding: .utf8)
        return try text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// All that it saw of the world but its standard input.
    func seen() throws -> String { try String(contentsOfFile: "\(folder)/asked", encoding: .utf8) }

    /// Has the next change be made and never answered.
    func hangOnce() -> Bool { mkfifo("\(folder)/hang", 0o600) == 0 }

    /// Waits until it hangs, for a minute at most.
    ///
    /// - Returns: its number.
    func waitUntilItHangs() async -> pid_t? {
        let file = "\(folder)/hang"
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "hang").async {
                // So that nobody waits for ever for somebody who opens the other end.
                let descriptor = open(file, O_RDONLY | O_NONBLOCK)
                defer { close(descriptor) }
                var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                var bytes = [UInt8](repeating: 0, count: 32)
                let count = poll(&polled, 1, 60_000) == 1 ? read(descriptor, &bytes, bytes.count) : 0
                continuation.resume(returning: pid_t(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)))
            }
        }
    }

    private static let text = """
        #!/usr/bin/env python3
        import json, os, signal, ssl, sys, urllib.request

        here = os.path.dirname(os.path.abspath(__file__))
        asked = json.load(sys.stdin)
        with open(here + "/asked", "a") as log:
            seen = {name: asked.get(name) for name in ("operation", "rotation", "attempt", "may_have_been_sent")}
            seen.update(args=sys.argv, variables=dict(os.environ), folder=os.getcwd())
            log.write(json.dumps(seen) + "\\n")
        made = "%s/made-%s-%s" % (here, asked["rotation"], asked["attempt"])

        def answer(**members):
            print(json.dumps(dict(members, version=1)))
            sys.exit()

        if asked["operation"] == "inspect":
            if not os.path.exists(made):
                answer(result="absent")
            with open(made) as file:
                answer(result="held", client_secret=file.read())
        address, host, authority = sys.argv[1:4]
        request = urllib.request.Request(
            "%s/integrations/%s/regenerate" % (address, asked["client_id"]), method="POST", data=b"",
            headers={"Accept": "application/json", "Host": host})
        trust = ssl.create_default_context(cafile=authority)
        with urllib.request.urlopen(request, context=trust, timeout=30) as reply:
            secret = json.load(reply)["client_secret"]
        with open(made, "w") as file:
            file.write(secret)
        if os.path.exists(here + "/hang"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            with open(here + "/hang", "w") as file:
                file.write(str(os.getpid()))
            while True:
                signal.pause()
        print("made one", file=sys.stderr)
        answer(result="made", client_secret=secret)

        """
}
