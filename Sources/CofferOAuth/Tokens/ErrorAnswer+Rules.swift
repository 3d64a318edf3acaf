// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ErrorAnswer {
    /// What the first rule that is for this answer says; `nil` if none is.
    func judged(by rules: [ErrorRule]) -> TokenOutcome? {
        rules.first(where: isFor).map { outcome(of: $0.meaning) }
    }

    private func isFor(_ rule: ErrorRule) -> Bool {
        let isAnyFailure = rule.statuses.isEmpty && (!rule.codes.isEmpty || rule.text != nil || status >= 400)
        guard isAnyFailure || rule.statuses.contains(status) else { return false }
        if !rule.codes.isEmpty, !rule.codes.contains(where: { $0 == code }) { return false }
        guard let wanted = rule.text?.lowercased() else { return true }
        return searched.contains { $0.contains(wanted) }
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
