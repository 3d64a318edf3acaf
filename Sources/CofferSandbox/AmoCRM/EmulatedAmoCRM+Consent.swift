// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedAmoCRM {
    /// `GET https://www.amocrm.ru/oauth?client_id=&state=&mode=`
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    ///
    /// Scope and redirect URI live in the integration; others in the query are ignored. The real page asks for a login;
    /// this one asks only which account. `mode=post_message` is accepted and treated like `popup`.
    func askConsent(_ request: ParsedRequest, in service: SandboxService) -> Reply {
        guard let integration = service.integration(request.query["client_id"]) else { return Self.unknownIntegration }
        let choices = service.accounts.map { account in
            let name = HTML.escaped(account.name)
            return """
                <p><label><input type="radio" name="account" value="\(name)" required> \
                \(HTML.escaped(service.origin.host(of: account)))</label></p>
                """
        }
        let state = request.query["state"].map { HTML.hidden("state", $0) } ?? ""
        let body = """
            <p><strong>\(HTML.escaped(integration.name))</strong> asks for access. Which account?</p>
            <form method="post" action="/oauth">
            \(HTML.hidden("client_id", integration.clientID))
            \(state)
            \(choices.joined(separator: "\n"))
            <p><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny" formnovalidate>Refuse</button></p>
            </form>
            """
        return .html(HTML.page(title: "Access to your account", body: body))
    }

    /// What the form sends.
    ///
    /// The callback carries `code`, `referer` (the account's host), `state` if one was sent and `platform=1`; a
    /// refusal carries `error=access_denied` (https://www.amocrm.ru/developers/content/oauth/step-by-step and
    /// …/oauth/button). That `referer` is a bare host is assumed; it has the port here, as an address without it
    /// would be nobody's.
    func decideConsent(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) -> Reply {
        guard let integration = service.integration(request.body["client_id"]) else { return Self.unknownIntegration }
        let state = request.body["state"].flatMap { $0.isEmpty ? nil : $0 }
        let stateField = state.map { [("state", $0)] } ?? []
        guard request.body["decision"] == "allow" else {
            return .redirect(to: callback(integration, [("error", "access_denied")] + stateField))
        }
        guard let account = request.body["account"].flatMap(service.account(named:)) else {
            return .html(HTML.page(title: "No such account", body: "<p>Go back and choose one.</p>"), status: 400)
        }
        let code = OpaqueText.authorizationCode()
        let expiresAt = terms.now.adding(terms.lifetimes.authorizationCode)
        service.ledger.withLock {
            $0.grant(code: code, clientID: integration.clientID, account: account, expiresAt: expiresAt)
        }
        let fields = [("code", code), ("referer", terms.host(of: account))] + stateField + [("platform", platform)]
        return .redirect(to: callback(integration, fields))
    }

    /// 1 is amocrm.ru, 2 amocrm.com and kommo.com (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    private var platform: String { kind == .kommo ? "2" : "1" }

    private func callback(_ integration: Integration, _ fields: [(String, String)]) -> String {
        Fields.address(integration.redirectURI, with: fields)
    }

    /// What the vendor shows for an unknown `client_id` is not known; assumed.
    private static var unknownIntegration: Reply {
        .html(HTML.page(title: "No such integration", body: "<p>The client_id is not known here.</p>"), status: 400)
    }
}
