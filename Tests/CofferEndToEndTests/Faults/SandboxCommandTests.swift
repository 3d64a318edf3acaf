// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `The sandbox command` {
    @Test(arguments: [SandboxProvider.bitrix24, .kommo, .strict])
    func `is each provider, and gives a person's consent to what connect asks`(provider: SandboxProvider) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let folder = "\(home.path)/sandbox"
            let arguments = ["sandbox", "--provider", provider.rawValue, "--folder", folder]
            let (_, end) = try await program.start(arguments) { running in
                _ = try #require(await running.line(containing: "ready"))
                let data = try Data(contentsOf: URL(filePath: "\(folder)/sandbox.json"))
                let file = try JSONDecoder().decode(SandboxFile.self, from: data)
                #expect(file.provider == provider)
                try await connect(program, file, folder: folder)
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.text.contains(provider.rawValue))
        }
    }

    /// Adds the sandbox's client as an app, and connects the first account.
    private func connect(_ program: Program, _ file: SandboxFile, folder: String) async throws {
        #expect(try await program.run("init").status == .exited(0))
        let place =
            file.provider == .strict
            ? ["--issuer", file.baseURL] : ["--provider", file.provider.rawValue, "--sandbox", file.baseURL]
        let added = try await program.run(
            ["app", "add", "main/crm"] + place + [
                "--client-id", file.clientID, "--redirect-uri", file.redirectURI, "--ca-file", file.caFile,
            ], input: .text(file.clientSecret + "\n"))
        #expect(added.status == .exited(0), "\(added.errors)")
        var asking = ["connect", "main/crm/acme", "--paste", "--yes", "--no-browser"]
        if file.provider == .bitrix24, let host = file.accounts.first?.host { asking += ["--account-host", host] }
        let (_, connected) = try await program.start(asking, input: .open) { running in
            let line = try #require(await running.line(containing: "https://"))
            let url = try #require(line.split(separator: " ").last.map(String.init))
            let consent = try await program.run(
                ["sandbox", "consent", "acme", "--folder", folder], input: .text(url + "\n"))
            #expect(consent.status == .exited(0), "\(consent.errors)")
            await running.write(consent.text)
        }
        #expect(connected.status == .exited(0), "\(connected.errors)")
        #expect(try await program.run("refresh", "--force", "main/crm/acme").status == .exited(0))
    }

    @Test func `consents for a device, which goes on by itself`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let folder = "\(home.path)/sandbox"
            let arguments = ["sandbox", "--provider", "strict", "--folder", folder]
            let (_, end) = try await program.start(arguments) { running in
                _ = try #require(await running.line(containing: "ready"))
                let data = try Data(contentsOf: URL(filePath: "\(folder)/sandbox.json"))
                let file = try JSONDecoder().decode(SandboxFile.self, from: data)
                #expect(try await program.run("init").status == .exited(0))
                let added = try await program.run(
                    [
                        "app", "add", "main/crm", "--issuer", file.baseURL, "--client-id", file.clientID,
                        "--redirect-uri", file.redirectURI, "--ca-file", file.caFile,
                    ], input: .text(file.clientSecret + "\n"))
                #expect(added.status == .exited(0), "\(added.errors)")
                let (_, connected) = try await program.start(
                    ["connect", "main/crm/acme", "--device", "--yes"]
                ) { device in
                    let line = try #require(await device.line(containing: "user_code="))
                    let url = try #require(line.split(separator: " ").last.map(String.init))
                    let consent = ["sandbox", "consent", "--folder", folder]
                    try await program.run(consent + ["nobody"], input: .text(url + "\n"))
                        .expectRefusal(66, saying: "did not consent (400)")
                    let done = try await program.run(consent + ["acme"], input: .text(url + "\n"))
                    #expect(done.status == .exited(0) && done.output.isEmpty, "\(done.errors)")
                    #expect(done.errors.contains("acme has consented"))
                }
                #expect(connected.status == .exited(0), "\(connected.errors)")
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `lets all go wrong with a seed and a hundred of a hundred`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let folder = "\(home.path)/sandbox"
            let arguments = ["sandbox", "--folder", folder, "--seed", "7", "--fault-percent", "100"]
            let (_, end) = try await program.start(arguments) { running in
                _ = try #require(await running.line(containing: "ready"))
                let data = try Data(contentsOf: URL(filePath: "\(folder)/sandbox.json"))
                let file = try JSONDecoder().decode(SandboxFile.self, from: data)
                let faults = try await APIClient.text(of: "/sandbox/faults", at: file)
                #expect(faults.contains("\"percent\":100"), "\(faults)")
                #expect(faults.contains("\"seed\":7"), "\(faults)")
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test(arguments: [["--provider", "nobody"], ["--fault-percent", "101"], ["--seed", "x"]])
    func `refuses what makes no sense`(arguments: [String]) async throws {
        try await Home.with { home in
            let end = try await Program(home: home).run(["sandbox"] + arguments)
            #expect(end.status == .exited(64), "\(end.errors)")
        }
    }
}
