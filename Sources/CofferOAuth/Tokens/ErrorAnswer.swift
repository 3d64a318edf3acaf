// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// What a provider said instead of tokens, read out of whatever it answered with.
struct ErrorAnswer: Sendable {
    /// The status code.
    let status: Int
    /// `error` in lower case; of an object (`{"code":…}`) its code.
    let code: String?
    /// amoCRM's reason, compared by its dialect and never shown as it is.
    let hint: String?
    /// The provider's words, fit to be shown.
    let text: String?
    /// The code as it was written, in small letters; compared by rules and never shown.
    let written: String?
    /// The vendor's own code beside it, in small letters; compared by rules and never shown.
    let vendorCode: String?
    /// Whether the body is a JSON object: what is not, a page or nothing, need not be the application's.
    let isObject: Bool
    /// Whether it says in any way which error it is: then the application said so, and no filter in front of it.
    let namesError: Bool
    /// How long the provider wants us to wait.
    let retryAfter: Duration?
    /// What was asked for.
    let purpose: TokenPurpose
    /// The provider's name, for sentences.
    let providerName: String

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - answer: with any status.
    ///   - value: its body, as far as it is JSON.
    ///   - paths: where the body holds its code and its words, if not where RFC 6749 §5.2 has them.
    ///   - purpose: what was asked for.
    ///   - providerName: for sentences.
    ///   - secrets: what was sent, and must not come back in a sentence.
    ///   - retryAfter: how long the provider wants us to wait.
    init(
        _ answer: HTTPAnswer, value: JSONValue?, paths: AnswerPaths? = nil, purpose: TokenPurpose, providerName: String,
        hiding secrets: [Secret], retryAfter: Duration?
    ) {
        let error = value?[path: paths?.error ?? "error"]
        status = answer.status
        code = Self.code(of: error)
        hint = value?["hint"]?.plainText
        text =
            [
                paths?.errorMessage.flatMap { value?[path: $0]?.plainText }, hint,
                value?["error_description"]?.plainText, error?["message"]?.plainText, value?["detail"]?.plainText,
                value?["message"]?.plainText,
            ]
            .lazy.compactMap(\.self).compactMap { ForeignText.clean($0, hiding: secrets) }.first
        written = error?.plainText?.lowercased()
        vendorCode = paths?.errorCode.flatMap { value?[path: $0]?.plainText?.lowercased() }
        // amoCRM has its number in one of the last three.
        let names = [paths?.errorCode, "hint", "code", "error_code", "response.error_code"].compactMap(\.self)
        isObject = if case .object? = value { true } else { false }
        namesError = error != nil || names.contains { value?[path: $0] != nil }
        self.retryAfter = retryAfter
        self.purpose = purpose
        self.providerName = providerName
    }

    /// Whether a code says which error it is, known or not; a number is a code as well, and 0 says that all is well.
    var namesCode: Bool { code != nil || written.map { $0 != "0" } ?? false }

    /// What was said, as one sentence.
    var sentence: String {
        var said = "\(providerName) answered \(status)"
        if let code { said += " \(code)" }
        guard let text else { return said + "." }
        return "\(said): \(text)" + (text.hasSuffix(".") ? "" : ".")
    }

    /// The sentence with advice behind it.
    func sentence(_ advice: String) -> String { "\(sentence) \(advice)" }

    /// A code is a word (RFC 6749 §5.2); what is longer or stranger is not repeated.
    private static func code(of error: JSONValue?) -> String? {
        guard
            let text = error.flatMap({ value -> String? in
                if case .text = value { return value.plainText }
                return value["code"]?.plainText
            })?.lowercased()
        else { return nil }
        let isWord = text.utf8.allSatisfy {
            $0 == 0x5F || $0 == 0x2D || $0 == 0x2E || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)
        }
        return isWord && text.utf8.count <= 64 ? text : "unnamed"
    }
}
