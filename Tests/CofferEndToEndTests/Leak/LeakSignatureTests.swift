// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Subprocess
import Testing

/// An alert as GitHub sends it, with a key that is made here in the place of GitHub's.
@Suite(.timeLimit(.minutes(4))) struct `The signature of GitHub beside a report, with the real program` {
    private static let value = "made-up-value-of-npm"
    private static let alert = Array(
        #"[{"token":"made-up-value-of-npm","type":"made_up","url":"https://u:p@github.com/o/r/blob/c/f?x=y","source":"content"}]"#
            .utf8)

    /// A home with a vault, the file of keys, and what signs.
    private static func with(
        _ body: (Program, P256.Signing.PrivateKey, _ keys: String) async throws -> Void
    ) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/npm", input: .text(value))
            let key = P256.Signing.PrivateKey()
            let list = [
                "public_keys": [
                    ["key_identifier": "key-1", "key": key.publicKey.pemRepresentation, "is_current": true]
                        as [String: Any]
                ]
            ]
            let keys = try home.write(try JSONSerialization.data(withJSONObject: list), to: "keys.json")
            try await body(program, key, keys)
        }
    }

    private static func sign(_ key: P256.Signing.PrivateKey) throws -> String {
        try key.signature(for: Data(alert)).derRepresentation.base64EncodedString()
    }

    @Test func `that is right is told, and the report taken`() async throws {
        try await Self.with { program, key, keys in
            let end = try await program.run(
                "leak", "import", "-", "--signature-key", keys, "--signature", Self.sign(key), "--key-identifier",
                "key-1",
                "--json", input: .bytes(Self.alert))
            #expect(end.status == .exited(85), "\(end.errors)")
            #expect(end.json["signature"] as? String == "valid" && end.json["format"] as? String == "github")
            #expect(end.text.contains("https://github.com/o/r/blob/c/f\"") && !end.text.contains(Self.value))
        }
    }

    @Test func `that is wrong or half refuses the whole report, and changes nothing`() async throws {
        try await Self.with { program, key, keys in
            let before = program.home.files()
            let (right, wrong) = (try Self.sign(key), try Self.sign(P256.Signing.PrivateKey()))
            for (signature, id, file, code, text) in [
                (wrong, "key-1", keys, 65, "not one of this report"),
                (right, "key-2", keys, 65, "none of that identifier"),
                ("made-up", "key-1", keys, 65, "no ECDSA signature"), (right, "key-1", "none.json", 66, "no file"),
                (right, "key-1", program.home.identity, 65, "file of keys"),
            ] as [(String, String, String, Int32, String)] {
                let end = try await program.run(
                    "leak", "import", "--signature-key", file, "--signature", signature, "--key-identifier", id,
                    "--yes",
                    input: .bytes(Self.alert))
                end.expectRefusal(code, saying: text)
            }
            let changed = Self.alert + [0x0A]
            try await program.run(
                "leak", "import", "--signature-key", keys, "--signature", right, "--key-identifier", "key-1", "--yes",
                input: .bytes(changed)
            ).expectRefusal(65, saying: "not one of this report")
            for half in [
                ["--signature", right], ["--signature-key", keys], ["--key-identifier", "key-1"],
                ["--signature", right, "--signature-key", keys], ["--signature", right, "--key-identifier", ""],
            ] {
                let end = try await program.run(["leak", "import", "--yes"] + half, input: .bytes(Self.alert))
                #expect(end.status == .exited(64) && end.output.isEmpty, "\(half): \(end.errors)")
                #expect(end.errors.contains("go together"), "\(end.errors)")
            }
            #expect(program.home.files() == before)
        }
    }
}
