// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension GrantServer {
    func token(_ state: inout State, _ request: Request) -> Reply {
        guard isClient(request) else { return .error("invalid_client", 401) }
        if let failure = state.habits.failure { return Reply(failure.status, failure.body) }
        let fields = request.fields
        switch fields["grant_type"] {
        case "refresh_token": return refresh(&state, fields)
        case "client_credentials":
            let rights = Rights(scope: asked(fields, of: Self.scope), audience: target(fields), family: 0)
            return issued(&state, rights, refresh: nil)
        case Self.exchangeGrant: return exchange(&state, fields)
        case "authorization_code": return code(&state, fields)
        case Self.deviceGrant: return poll(&state, fields)
        default: return .error("unsupported_grant_type")
        }
    }

    private func refresh(_ state: inout State, _ fields: [String: String]) -> Reply {
        guard let presented = fields["refresh_token"] else { return .error("invalid_request") }
        if state.habits.hasGrace, let again = state.answered[presented] { return Reply(200, again) }
        if let family = state.spent[presented] {
            state.dead.insert(family)
            return .error("invalid_grant")
        }
        guard let whole = state.refresh[presented], !state.dead.contains(whole.family) else {
            return .error("invalid_grant")
        }
        var rights = whole
        if let scope = fields["scope"], !state.habits.ignoresScope {
            // RFC 6749 §6: nothing that was not granted.
            guard Form.words(scope).isSubset(of: whole.scope) else { return .error("invalid_scope") }
            rights.scope = Form.words(scope)
        }
        if fields["audience"] == "nobody" { return .error("invalid_target") }
        rights.audience = target(fields)
        guard !state.habits.keepsRefreshToken else { return issued(&state, rights, refresh: nil) }
        state.refresh[presented] = nil
        state.spent[presented] = whole.family
        let reply = issued(&state, rights, refresh: state.habits.narrowsRefreshToken ? rights : whole)
        state.answered[presented] = reply.body
        return reply
    }

    private func exchange(_ state: inout State, _ fields: [String: String]) -> Reply {
        let accessToken = "urn:ietf:params:oauth:token-type:access_token"
        guard fields["subject_token_type"] == accessToken, let subject = fields["subject_token"],
            let rights = state.access[subject], !state.dead.contains(rights.family)
        else { return .error("invalid_request") }
        guard fields["audience"] != "nobody" else { return .error("invalid_target") }
        let scope = fields["scope"].map(Form.words) ?? rights.scope
        guard scope.isSubset(of: rights.scope) else { return .error("invalid_scope") }
        let less = Rights(scope: scope, audience: target(fields), family: rights.family)
        return issued(&state, less, refresh: nil, extra: #","issued_token_type":"\#(accessToken)""#)
    }

    /// The answer of RFC 6749 §5.1, with the scope always in it.
    func issued(_ state: inout State, _ rights: Rights, refresh: Rights?, extra: String = "") -> Reply {
        let access = state.next("access")
        state.access[access] = rights
        var text = #"{"access_token":"\#(access)","token_type":"Bearer","expires_in":\#(state.habits.lifetime)"#
        text += #","scope":"\#(rights.scope.sorted().joined(separator: " "))""#
        if let refresh {
            let token = state.next("refresh")
            state.refresh[token] = refresh
            text += #","refresh_token":"\#(token)""#
        }
        return Reply(200, text + extra + "}")
    }

    private func asked(_ fields: [String: String], of whole: String) -> Set<String> {
        Form.words(fields["scope"] ?? whole).intersection(Form.words(whole))
    }

    func target(_ fields: [String: String]) -> String? { fields["resource"] ?? fields["audience"] }
}
