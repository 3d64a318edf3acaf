// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation

/// `oidc-agent` with one account, whose token it keeps in memory; the emulated strict server in this process has given it.
enum OIDCAgent {
    /// How long its beginning is waited for.
    private static let patience = Duration.seconds(30)

    /// Runs a body while it serves.
    ///
    /// - Parameters:
    ///   - folder: where its socket and all else of it are to be.
    ///   - body: what to do with the program that prints the token.
    /// - Returns: what the body returns; nil where it is not installed, or gets no token.
    /// - Throws: ``BenchError/noValue`` if it does not begin, and what the body throws.
    static func with<Value: Sendable>(
        in folder: String, _ body: (_ token: ShortRun) async throws -> Value
    ) async throws -> Value? {
        guard let agent = ShortRun.file(named: "oidc-agent"), let generator = ShortRun.file(named: "oidc-gen"),
            let asker = ShortRun.file(named: "oidc-token")
        else { return nil }
        let environment = try environment(in: folder)
        return try await withSandbox(SandboxConfiguration(.strict)) { sandbox in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: agent)
            process.arguments = ["-d", "-a", environment["OIDC_SOCK"] ?? ""]
            process.environment = environment
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            try await begin(process, environment)
            do { try await addAccount(generator, environment, sandbox, in: folder) } catch is BenchError { return nil }
            return try await body(ShortRun(asker, ["bench"], environment: environment))
        }
    }

    private static func environment(in folder: String) throws -> [String: String] {
        let settings = folder + "/oidc"
        try FileManager.default.createDirectory(
            atPath: settings, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return [
            "PATH": "/usr/bin:/bin", "HOME": folder, "OIDC_CONFIG_DIR": settings, "OIDC_SOCK": folder + "/oidc.sock",
        ]
    }

    private static func begin(_ process: Process, _ environment: [String: String]) async throws {
        let end = ContinuousClock.now + patience
        while !FileManager.default.fileExists(atPath: environment["OIDC_SOCK"] ?? "") {
            guard process.isRunning, ContinuousClock.now < end else { throw BenchError.noValue }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Has an account made from a refresh token, which asks the server for the one token that is measured.
    private static func addAccount(
        _ generator: String, _ environment: [String: String], _ sandbox: Sandbox, in folder: String
    ) async throws {
        // The file of the account is sealed with it.
        let passphrase = folder + "/oidc.passphrase"
        try Data("made up\n".utf8).write(to: URL(fileURLWithPath: passphrase))
        let client = sandbox.integration
        var environment = environment
        environment["OIDC_REFRESH_TOKEN"] = sandbox.grant(sandbox.accounts[0], to: client).refreshToken
        // It may ask for more than it was given, and wait for an answer without end.
        let run = ShortRun(
            "/usr/bin/timeout",
            [
                "20", generator, "bench", "--manual", "--flow=refresh", "--rt-env", "--iss=\(sandbox.baseURL)",
                "--client-id=\(encoded(client.clientID))", "--client-secret=\(encoded(client.clientSecret))",
                "--scope=read", "--cert-path=\(sandbox.caFile)", "--pw-file=\(passphrase)", "--prompt=none",
                "--confirm-default", "--no-url-call",
            ], environment: environment)
        // Away from the threads that serve the provider, for waiting blocks.
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread { continuation.resume(with: Result { _ = try run.run() }) }
        }
    }

    /// As RFC 6749 §2.3.1 has both encoded before they are sent: version 4.2.6 sends them as they are given to it.
    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }
}
