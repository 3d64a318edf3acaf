// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferOAuth

extension FuzzedParser {
    /// What anybody can send to an address of webhooks, before anything of it is proven.
    static let webhooks: [FuzzedParser] = [
        FuzzedParser(name: "webhook-request", longestInput: 2048) { bytes in
            guard let request = try? WebhookRequest(message: Secret(bytes: bytes)) else { return }
            require(request.body.byteCount < bytes.count, "a body is a part of its message")
            for proof in ProviderCatalogue.crm.flatMap({ $0.webhooks ?? [] }) {
                for field in [proof.field, proof.account, proof.refreshToken].compactMap(\.self) {
                    guard let value = try? request.value(of: field, in: proof.place) else { continue }
                    require(value.byteCount <= bytes.count, "nothing grows by being read")
                }
                guard let event = try? InstallationEvent(request, proof) else { continue }
                require(isPlain(event.account), "an account's id holds no control characters")
            }
        },
        FuzzedParser(name: "form-field", longestInput: 512) { bytes in
            guard let text = text(bytes) else { return }
            let name = "auth[member_id]"
            guard case .once(let value) = FormText.find(name, in: text) else { return }
            if let all = QueryText.decode(text) {
                require(all[name].map { Secret($0) } == value, "two readers read one value")
            }
            if case .once = FormText.find(name, in: "\(text)&auth%5Bmember_id%5D=x") {
                require(false, "what stands there twice is not read")
            }
        },
        FuzzedParser(name: "signed-token", longestInput: 1024) { bytes in
            guard let token = SignedToken(Secret(bytes: bytes)) else { return }
            let end = token.signed.byteCount
            require(bytes[end] == UInt8(ascii: "."), "what is signed ends before the signature")
            token.signed.withExposedBytes {
                require($0.elementsEqual(bytes[..<end]), "what is signed is what stands there")
            }
            for name in ["jti", "account_id"] {
                if let claim = token[name] { require(isPlain(claim), "a claim holds no control characters") }
            }
            if let moment = token.moment("exp") { require(moment.isFinite, "a moment is one") }
        },
    ]
}
