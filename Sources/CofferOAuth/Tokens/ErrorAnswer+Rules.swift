// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ErrorAnswer {
    /// What the answer of a provider means: by its description's rules, then by its dialect.
    func outcome(at provider: ProviderDescription) -> TokenOutcome {
        if let outcome = judged(by: provider.errorRules ?? []) { return outcome }
        return switch provider.errorDialect {
        case .rfc6749: byRFC6749
        case .amocrm: byAmocrm
        case .bitrix24: byBitrix24
        }
    }

    /// What the first rule that is for this answer says; `nil` if none is.
    func judged(by rules: [ErrorRule]) -> TokenOutcome? {
        rules.first(where: isFor).map { outcome(of: $0.meaning) }
    }

    private func isFor(_ rule: ErrorRule) -> Bool {
        let isAnyFailure = rule.statuses.isEmpty && (!rule.codes.isEmpty || rule.text != nil || status >= 400)
        guard isAnyFailure || rule.statuses.contains(status) else { return false }
        // A code may be a number, or words that are no code (RFC 6749 §5.2): then it is compared as it was written.
        let codes = [code, written, vendorCode].compactMap(\.self)
        if !rule.codes.isEmpty, !rule.codes.contains(where: codes.contains) { return false }
        // A status alone can't end a grant where a code says what is wrong, also one that nobody here knows.
        if rule.meaning == .reauthorize, rule.codes.isEmpty, rule.text == nil, namesCode || vendorCode != nil {
            return false
        }
        guard let wanted = rule.text?.lowercased() else { return true }
        return [written, text?.lowercased()].contains { $0?.contains(wanted) ?? false }
    }

    private func outcome(of meaning: ErrorRule.Meaning) -> TokenOutcome {
        switch meaning {
        case .reauthorize: grantRefused(.invalid)
        case .configuration: misconfigured
        case .transient: failing
        case .throttled: tooFast
        case .blocked: blocked
        case .payment: unpaid
        case .moved: moved
        case .notInstalled: notInstalled
        }
    }
}
