// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Foundation

/// Does at a running sandbox what a person does at the provider: consents to access, and regenerates a secret.
///
/// It goes through the same pages as a browser, so that demos and drills need none. Where the sandbox is stands in
/// its `sandbox.json`.
struct SandboxVisitor: Sendable {
    /// How long a page may take: as long as a token request, on a machine that stands still for seconds.
    private static let deadline = Duration.seconds(30)

    private let settings: SandboxFile
    private let trust: TrustSettings
    private let hosts: HostRule
    private let transport: any HTTPTransport

    /// Finds the sandbox that keeps its files in a folder.
    ///
    /// - Throws: ``CommandError`` `not_found` if none runs there.
    init(folder: String, transport: any HTTPTransport) throws {
        guard let data = FileManager.default.contents(atPath: "\(folder)/sandbox.json"),
            let settings = try? JSONDecoder().decode(SandboxFile.self, from: data),
            let authority = try? String(contentsOfFile: settings.caFile, encoding: .utf8)
        else {
            throw CommandError(
                "not_found", message: "no sandbox keeps its files in \(folder)",
                hint: "start one: coffer sandbox --folder \(folder)")
        }
        self.settings = settings
        self.transport = transport
        trust = TrustSettings(certificateAuthorityPEM: authority)
        hosts = HostRule(try ProviderCatalogue.amocrm.relocated(to: settings.baseURL), trust: trust)
    }

    /// Consents for one account to what an authorization URL asks, or the page of a device's code (RFC 8628 §3.3).
    ///
    /// - Returns: the callback URL that the browser would be sent to, which holds a code; nothing for a device, which
    ///   asks the server itself.
    func consent(to authorizationURL: String, account: String) async throws -> Secret? {
        let components = URLComponents(string: authorizationURL)
        // The page's form repeats what was asked.
        var form = [("account", account), ("decision", "allow")]
        form += (components?.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        let page = authorizationURL.prefix { $0 != "?" }
        let answer = try await post(String(page), form)
        if answer.status == 200, page.hasSuffix("/device") { return nil }
        guard answer.status == 302, let location = answer.header("Location") else {
            throw CommandError(
                "not_found",
                message: "the sandbox did not consent (\(answer.status)); is \(account) one of its accounts?")
        }
        return Secret(location)
    }

    /// Regenerates the integration's secret: the old one is refused from then on.
    ///
    /// - Returns: the new one.
    func regenerateSecret() async throws -> Secret {
        let answer = try await post("\(settings.operatorURL)/integrations/\(settings.clientID)/regenerate", [])
        let row = answer.body.withExposedBytes { try? JSONDecoder().decode([String: String].self, from: Data($0)) }
        guard answer.status == 200, let secret = row?["client_secret"] else {
            throw CommandError("nonsense", message: "the sandbox did not regenerate the secret (\(answer.status))")
        }
        return Secret(secret)
    }

    private func post(_ url: String, _ form: [(String, String)]) async throws -> HTTPAnswer {
        var components = URLComponents()
        components.queryItems = form.map { URLQueryItem(name: $0.0, value: $0.1) }
        let message = HTTPMessage(
            .post, try hosts.approve(url),
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: Secret(components.percentEncodedQuery ?? ""), trust: trust)
        switch await transport.send(message, deadline: Self.deadline) {
        case .answered(let answer): return answer
        case .notSent(let failure), .lost(let failure):
            throw CommandError("unreachable", message: "the sandbox does not answer: \(failure.message)")
        }
    }
}
