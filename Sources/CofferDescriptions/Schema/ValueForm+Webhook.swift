// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

extension ValueForm where Value == WebhookProof {
    /// A proof: `{name: chats, method: hmac_sha1, signs: body, place: header, field: X-Signature, key: own}`.
    static var webhook: Self {
        members(
            [
                "name", "method", "signs", "place", "field", "key", "account", "client", "refresh_token", "server",
                "reusable",
            ],
            wanted:
                "a table of name, method, place, field and key, with an HMAC signs, and if known account, client, refresh_token, server "
                + "and, of a JWT, reusable",
            { mapping in
                guard let name = mapping["name"].flatMap(ValueForm<String>.identifier.parse),
                    let method = mapping["method"].flatMap(ValueForm<WebhookProof.Method>.word.parse),
                    let signs = mapping.value("signs", ValueForm<WebhookProof.SignedText?>.optional(.word), or: nil),
                    let place = mapping["place"].flatMap(ValueForm<WebhookProof.Place>.word.parse),
                    let field = mapping["field"].flatMap(ValueForm<String>.text.parse),
                    let key = mapping["key"].flatMap(ValueForm<WebhookProof.Key>.word.parse),
                    let account = mapping.value("account", ValueForm<String?>.optional(.text), or: nil),
                    let client = mapping.value("client", ValueForm<String?>.optional(.text), or: nil),
                    let token = mapping.value("refresh_token", ValueForm<String?>.optional(.text), or: nil),
                    let server = mapping.value("server", ValueForm<String?>.optional(.text), or: nil),
                    let reusable = mapping.value("reusable", ValueForm<Bool?>.optional(.flag), or: nil)
                else { return nil }
                let proof = WebhookProof(
                    name, method, signs: signs, in: place, field, key: key, account: account, client: client,
                    refreshToken: token, server: server, reusable: reusable)
                return proof.isWhole ? proof : nil
            },
            emit: { proof in
                [
                    ("name", Node(proof.name)), ("method", ValueForm<WebhookProof.Method>.word.emit(proof.method)),
                ] + (proof.signs.map { [("signs", ValueForm<WebhookProof.SignedText>.word.emit($0))] } ?? []) + [
                    ("place", ValueForm<WebhookProof.Place>.word.emit(proof.place)), ("field", Node(proof.field)),
                    ("key", ValueForm<WebhookProof.Key>.word.emit(proof.key)),
                ]
                    + [
                        ("account", proof.account), ("client", proof.client), ("refresh_token", proof.refreshToken),
                        ("server", proof.server), ("reusable", proof.reusable.map { $0 ? "true" : "false" }),
                    ].compactMap { name, text in text.map { (name, Node($0)) } }
            })
    }
}

extension WebhookProof {
    /// Whether its parts fit together: only an HMAC says what it is made of, and one of an account names that; only
    /// a JWT can be one that has no id.
    fileprivate var isWhole: Bool {
        switch method {
        case .hmacSHA1, .hmacSHA256:
            reusable == nil && (signs == .body || (signs == .clientAndAccount && account != nil))
        case .jwtHS256, .jwtHS512: signs == nil
        case .sharedToken: signs == nil && reusable == nil
        }
    }
}
