// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// With the client for Python itself, over TLS: Tests/Clients.
@Suite(.timeLimit(.minutes(2))) struct `A Kubernetes client, with the program as its plugin` {
    private static let server = "https://cluster.example:6443"

    private static func information(_ cluster: String?, version: String = "v1") -> [String: String] {
        let spec = cluster.map { #"{"interactive":false,"cluster":{\#($0)}}"# } ?? #"{"interactive":false}"#
        return [
            "KUBERNETES_EXEC_INFO":
                #"{"apiVersion":"client.authentication.k8s.io/\#(version)","kind":"ExecCredential","spec":\#(spec)}"#
        ]
    }

    @Test func `gets a connection's token with its end`() async throws {
        try await World.with { world in
            try await world.succeed("bind", "kubernetes", Self.server + "/", "main/crm/acme")
            let end = try await world.program.run(
                "helper", "kubernetes", environment: Self.information(#""server":"\#(Self.server)""#))
            let status = try #require(end.json["status"] as? [String: String], "\(end.errors)")
            #expect(end.json["apiVersion"] as? String == "client.authentication.k8s.io/v1")
            #expect(try await status["token"] == world.token("acme"))
            let connection = try #require(try await world.status()["main/crm/acme"])
            #expect(status["expirationTimestamp"] == connection["expires_at"] as? String)
            #expect(status.count == 2)
            let record = try await world.succeed("audit", "show", "--json").text
            #expect(record.contains("kubernetes \(Self.server)"))
        }
    }

    @Test func `is answered for its own cluster, or by the name that it brings`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/cluster", input: .text("made-up-token\n"))
            try await program.run("bind", "kubernetes", Self.server, "main/cluster")
            try await program.run("bind", "kubernetes", "staging", "main/cluster")
            let own = Self.information(#""server":"\#(Self.server)""#)
            #expect(try await program.run("helper", "kubernetes", environment: own).text.contains("made-up-token"))
            let named = try await program.run("helper", "kubernetes", "staging", environment: Self.information(nil))
            #expect(named.text.contains(#""status":{"token":"made-up-token"}"#))

            let other = Self.information(#""server":"https://elsewhere.example:6443""#)
            try await program.run("helper", "kubernetes", environment: other)
                .expectRefusal(66, saying: "nothing is bound to https://elsewhere.example:6443")
            try await program.run("helper", "kubernetes", environment: Self.information(nil))
                .expectRefusal(65, saying: "does not say which cluster")
            try await program.run("helper", "kubernetes").expectRefusal(65, saying: "KUBERNETES_EXEC_INFO is not set")
            try await program.run("helper", "kubernetes", environment: Self.information(nil, version: "v1beta1"))
                .expectRefusal(78, saying: "client.authentication.k8s.io/v1")
            let blind = Self.information(#""server":"\#(Self.server)","insecure-skip-tls-verify":true"#)
            for arguments in [["helper", "kubernetes"], ["helper", "kubernetes", "staging"]] {
                try await program.run(arguments, environment: blind).expectRefusal(
                    78, saying: "insecure-skip-tls-verify")
            }
        }
    }
}
