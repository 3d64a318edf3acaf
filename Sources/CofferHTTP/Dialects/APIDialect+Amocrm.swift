// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension APIDialect {
    /// amoCRM and Kommo.
    ///
    /// 402 when the subscription is over, 429 when too fast, 504 for a batch that is too large
    /// (<https://www.amocrm.ru/developers/content/crm_platform/recommendations>). After repeated breaches 403 for
    /// every request, which is no JSON: the web server's own page (amocrm-oauth-client issues 434 and 563). 403 with
    /// error 113 is an account that does not let this machine's address in
    /// (<https://www.amocrm.ru/developers/content/crm_platform/error-codes>). Any other 403 is a missing right, and an
    /// answer.
    public static let amocrm = APIDialect(bodyField: nil, operatingLimit: nil) { answer in
        guard answer.status == 403, answer.retryAfter == nil else { return judgeByStatus(answer) }
        guard answer.isObject else {
            return .blocked("amoCRM answers 403 to everything: the account or this address is blocked")
        }
        if answer.decoded(AmocrmRefusal.self)?.code == 113 {
            return .blocked("the account lets listed addresses in only, and this machine's is not among them")
        }
        return .answer
    }
}

/// The number of a refusal, wherever it stands and whatever its type.
private struct AmocrmRefusal: Decodable {
    let code: Int?

    private enum Key: String, CodingKey {
        case code = "error_code"
        case response
    }

    init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: Key.self)
        let inner = try? outer.nestedContainer(keyedBy: Key.self, forKey: .response)
        code = Self.number(outer) ?? inner.flatMap(Self.number)
    }

    private static func number(_ container: KeyedDecodingContainer<Key>) -> Int? {
        if let number = try? container.decode(Int.self, forKey: .code) { return number }
        return (try? container.decode(String.self, forKey: .code)).flatMap(Int.init)
    }
}
