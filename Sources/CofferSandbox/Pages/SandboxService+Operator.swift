// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension SandboxService {
    /// An integration as the operator page's JSON shows it.
    private struct Row: Encodable {
        let name: String
        let clientId: String
        let clientSecret: String
        let redirectUri: String

        init(_ integration: Integration) {
            name = integration.name
            clientId = integration.clientID
            clientSecret = integration.clientSecret
            redirectUri = integration.redirectURI
        }
    }

    private struct Listing: Encodable {
        let version = 1
        let integrations: [Row]
    }

    /// `GET /operator`: in place of the integration's window, tab "Ключи", which shows id and secret
    /// (https://www.amocrm.ru/developers/content/oauth/easy-auth).
    func showOperator(_ request: ParsedRequest) -> Reply {
        guard request.path == "/operator" else { return Self.nothingHere }
        guard !request.wantsJSON else { return .json(Listing(integrations: integrations.map(Row.init))) }
        let sections = integrations.map { integration in
            """
            <h2>\(HTML.escaped(integration.name))</h2>
            <dl>
            <dt>Integration ID</dt><dd><code>\(HTML.escaped(integration.clientID))</code></dd>
            <dt>Secret key</dt><dd><code>\(HTML.escaped(integration.clientSecret))</code></dd>
            <dt>Redirect URI</dt><dd><code>\(HTML.escaped(integration.redirectURI))</code></dd>
            </dl>
            <form method="post" action="/operator/integrations/\(HTML.escaped(integration.clientID))/regenerate">
            <p><button>Regenerate the secret key</button></p>
            </form>
            \(renewal(of: integration))
            """
        }
        return .html(HTML.page(title: "Integrations", body: sections.joined(separator: "\n")))
    }

    /// The button that deletes an integration and adds it anew, where the vendor has no other way to another secret.
    private func renewal(of integration: Integration) -> String {
        guard provider.addsAnew else { return "" }
        return """
            <form method="post" action="/operator/integrations/\(HTML.escaped(integration.clientID))/anew">
            <p><button>Delete it, and add it anew</button></p>
            </form>
            """
    }

    /// What a person does with an integration: `POST /operator/integrations/ID/regenerate`, or `…/anew`.
    func press(_ request: ParsedRequest) -> Reply {
        let parts = request.path.split(separator: "/")
        guard parts.count == 4, parts[1] == "integrations" else { return Self.nothingHere }
        let clientID = String(parts[2])
        switch parts[3] {
        case "regenerate": return regenerate(clientID, request)
        case "anew" where provider.addsAnew: return addAnew(clientID, request)
        default: return Self.nothingHere
        }
    }

    /// `POST /operator/integrations/ID/anew`: the id and every grant are dead when this returns, and there is another of both.
    private func addAnew(_ clientID: String, _ request: ParsedRequest) -> Reply {
        guard let integration = addAnew(clientID, keepingOld: false) else { return Self.nothingHere }
        guard !request.wantsJSON else { return .json(Row(integration)) }
        let body = """
            <p><strong>\(HTML.escaped(integration.name))</strong> was deleted and added anew. Its new id and secret key:</p>
            <p><code id="client_id">\(HTML.escaped(integration.clientID))</code></p>
            <p><code id="client_secret">\(HTML.escaped(integration.clientSecret))</code></p>
            <p>The old id is refused from now on, and so is every token of its. <a href="/operator">Back</a></p>
            """
        return .html(HTML.page(title: "Added anew", body: body))
    }

    /// `POST /operator/integrations/ID/regenerate`: the vendor has no API for it, a person clicks
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    ///
    /// With `Accept: application/json` a script can be that person. The old secret is dead when this returns, see
    /// ``Ledger/replaceSecret(of:with:)``.
    private func regenerate(_ clientID: String, _ request: ParsedRequest) -> Reply {
        guard let integration = regenerateSecret(of: clientID) else { return Self.nothingHere }
        guard !request.wantsJSON else { return .json(Row(integration)) }
        let body = """
            <p>The new secret key of <strong>\(HTML.escaped(integration.name))</strong>:</p>
            <p><code id="client_secret">\(HTML.escaped(integration.clientSecret))</code></p>
            <p>The old one is refused from now on. <a href="/operator">Back</a></p>
            """
        return .html(HTML.page(title: "Secret key regenerated", body: body))
    }

    /// Puts a new random secret in place; `nil` if there is no such integration.
    func regenerateSecret(of clientID: String) -> Integration? {
        ledger.withLock { ledger in
            guard ledger.replaceSecret(of: clientID, with: provider.newClientSecret()) else { return nil }
            if provider.newSecretEndsGrants { ledger.revokeGrants { $0.clientID == clientID } }
            return ledger.integrations.first { $0.clientID == clientID }
        }
    }

    static var nothingHere: Reply {
        .problem(404, title: "Not Found", detail: "Page not found.")
    }
}
