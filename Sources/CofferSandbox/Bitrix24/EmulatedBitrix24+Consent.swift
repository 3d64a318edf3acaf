// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedBitrix24 {
    /// `GET https://PORTAL/oauth/authorize/?client_id=&state=` (settings/oauth/index).
    ///
    /// The redirect URI stands in the application's settings. The real page asks for a login.
    func askConsent(_ request: ParsedRequest, at account: Account, in service: SandboxService) -> Reply {
        guard let integration = service.integration(request.query["client_id"]) else { return Self.noApplication }
        let hidden = request.query.pairs.map { HTML.hidden($0.name, $0.value) }.joined(separator: "\n")
        let body = """
            <p><strong>\(HTML.escaped(integration.name))</strong> asks for access to \(HTML.escaped(account.name)).</p>
            <form method="post" action="/oauth/authorize/">
            \(hidden)
            <p><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny">Refuse</button></p>
            </form>
            """
        return .html(HTML.page(title: "Access to your portal", body: body))
    }

    /// What the form sends.
    ///
    /// The callback carries `code`, `state`, `domain` (the portal), `member_id`, `scope` and `server_domain`. A refusal is
    /// a page on the portal: nobody is sent back (settings/oauth/index).
    func decideConsent(
        _ request: ParsedRequest, at account: Account, _ terms: Terms, in service: SandboxService
    ) -> Reply {
        guard let integration = service.integration(request.body["client_id"]) else { return Self.noApplication }
        guard request.body["decision"] == "allow", request.body["account"].map({ $0 == account.name }) ?? true else {
            return .html(HTML.page(title: "Access denied", body: "<p>Nothing was granted.</p>"), status: 403)
        }
        let code = OpaqueText.hex(byteCount: 35)
        service.ledger.withLock {
            $0.grant(
                code: code, clientID: integration.clientID, account: account,
                expiresAt: terms.now.adding(terms.lifetimes.authorizationCode))
        }
        let state = request.body["state"].map { [("state", $0)] } ?? []
        let fields =
            [("code", code)] + state + [
                ("domain", terms.host(of: account)), ("member_id", Self.memberID(of: account)), ("scope", Self.scope),
                ("server_domain", service.origin.base),
            ]
        return .redirect(to: Fields.address(integration.redirectURI, with: fields))
    }

    /// The scope of each application here (settings/oauth/index has this sample).
    static let scope = "crm,entity,im,task"

    private static var noApplication: Reply {
        .html(HTML.page(title: "No such application", body: "<p>The client_id is not known here.</p>"), status: 400)
    }
}
