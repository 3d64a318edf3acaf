// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A client that signs` {
    private static let keycloak = [
        "--provider", "keycloak", "--set", "host=id.example.com", "--set", "realm=main", "--client-id", "backup",
        "--client-auth", "private-key-jwt",
    ]

    /// The one key of a set that was printed.
    private static func key(_ text: String) throws -> [String: String] {
        let set = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: String]]]
        return try #require(set?["keys"]?.first)
    }

    @Test func `has a key made, whose public half alone is shown`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            let added = try await program.run(["app", "add", "main/kc"] + Self.keycloak + ["--new-key", "es256"])
            #expect(added.status == .exited(0), "\(added.errors)")
            #expect(added.text.contains("private_key_jwt"))
            let shown = try await program.run("app", "show", "main/kc", "--jwks")
            let key = try Self.key(shown.text)
            #expect(key["kty"] == "EC" && key["crv"] == "P-256" && key["alg"] == "ES256" && key["d"] == nil)
            #expect(added.text.contains(shown.text.trimmingCharacters(in: .newlines)))
            let json = try await program.run("app", "show", "main/kc", "--json").json
            #expect(json["client_auth"] as? String == "private_key_jwt")
            #expect((json["jwks"] as? [String: [[String: String]]])?["keys"]?.first == key)
            // The key itself is an issuer's to read, and can be looked for like any secret.
            let pem = try await program.run("get", "main/kc#client_key").text
            #expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----"))
            let trace = try await program.run("audit", "trace", "--json", input: .text(pem))
            #expect(trace.status == .exited(85), "\(trace.errors)")
            #expect(trace.text.contains("client_key"))
            let rotation = try await program.run("rotate", "main/kc", "--leak")
            #expect(rotation.status == .exited(64), "\(rotation.errors)")
        }
    }

    @Test func `gives a key of its own from a file or a descriptor`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            let first = try await program.run(["app", "add", "main/one"] + Self.keycloak + ["--new-key", "eddsa"])
            #expect(first.status == .exited(0), "\(first.errors)")
            let pem = try await program.run("get", "main/one#client_key").text
            let file = "\(home.path)/key.pem"
            try Data(pem.utf8).write(to: URL(filePath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            let add = ["app", "add", "main/two"] + Self.keycloak + ["--key-id", "two"]
            let open = try await program.run(add + ["--key-file", file])
            #expect(open.status == .exited(78) && open.errors.contains("chmod 600"), "\(open.errors)")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            #expect(try await program.run(add + ["--key-file", file]).status == .exited(0))
            let third = ["app", "add", "main/three"] + Self.keycloak + ["--key-file", "/dev/fd/0"]
            #expect(try await program.run(third, input: .text(pem)).status == .exited(0))
            let keys = try await ["one", "two", "three"].asyncMap {
                try Self.key(await program.run("app", "show", "main/\($0)", "--jwks").text)
            }
            #expect(Set(keys.map { $0["x"] }).count == 1)
            #expect(keys[1]["kid"] == "two" && keys[0]["kid"] == keys[2]["kid"])
        }
    }

    @Test(arguments: [
        (["--client-auth", "private-key-jwt"], 64), (["--client-auth", "tls-client-auth"], 64),
        (["--client-auth", "private-key-jwt", "--key-file", "/nowhere"], 66),
        (["--client-auth", "private-key-jwt", "--key-file", "/dev/fd/0"], 78),
        (["--client-auth", "basic", "--new-key", "es256"], 64), (["--key-id", "x"], 64),
        (["--certificate-file", "/nowhere"], 64),
    ]) func `gets one sentence where something is missing or out of place, and nothing is added`(
        _ options: [String], _ status: Int
    ) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            let start = ["app", "add", "main/kc"] + Self.keycloak.dropLast(2)
            let end = try await program.run(start + options, input: .text("no key\n"))
            #expect(end.status == .exited(Int32(status)), "\(end.errors)")
            #expect(!end.errors.contains("no key\n"))
            #expect(try await program.run("app", "list", "--quiet").text.isEmpty)
        }
    }
}

extension Array {
    /// Maps one after the other.
    fileprivate func asyncMap<T>(_ change: (Element) async throws -> T) async rethrows -> [T] {
        var mapped: [T] = []
        for element in self { mapped.append(try await change(element)) }
        return mapped
    }
}
