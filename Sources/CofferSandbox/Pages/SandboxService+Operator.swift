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
            """
        }
        return .html(HTML.page(title: "Integrations", body: sections.joined(separator: "\n")))
    }

    /// `POST /operator/integrations/ID/regenerate`: the vendor has no API for it, a person clicks
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    ///
    /// With `Accept: application/json` a script can be that person. The old secret is dead when this returns, see
    /// ``Ledger/replaceSecret(of:with:)``.
    func regenerate(_ request: ParsedRequest) -> Reply {
        let parts = request.path.split(separator: "/")
        guard parts.count == 4, parts[1] == "integrations", parts[3] == "regenerate",
            let integration = regenerateSecret(of: String(parts[2]))
        else { return Self.nothingHere }
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
