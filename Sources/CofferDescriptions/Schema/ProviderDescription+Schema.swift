// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

/// How a `client_secret` is replaced, as one word.
enum ReplacementWord: DescriptionWord {
    case rfc7592
    case byPerson

    static var words: [(word: String, value: Self)] { [("operator", .byPerson), ("rfc7592", .rfc7592)] }
}

// The parts of a description that are absent until something is said of them, seen as if they were there.
extension ProviderDescription {
    /// Whom assertions are for.
    var audience: AssertionAudience {
        get { assertionAudience ?? .issuer }
        set { assertionAudience = newValue == .issuer ? nil : newValue }
    }

    /// Whether tokens are bound to a key.
    var usesDPoP: Bool {
        get { dpop ?? false }
        set { dpop = newValue ? true : nil }
    }

    /// ``tokenRequest``, absent while it is empty.
    var extras: TokenRequestExtras {
        get { tokenRequest ?? TokenRequestExtras() }
        set { tokenRequest = newValue == TokenRequestExtras() ? nil : newValue }
    }

    /// ``answer``, absent while it is empty.
    var answerPaths: AnswerPaths {
        get { answer ?? AnswerPaths() }
        set { answer = newValue == AnswerPaths() ? nil : newValue }
    }

    /// ``windows``, absent while it is empty.
    var statedWindows: StatedWindows {
        get { windows ?? StatedWindows() }
        set { windows = newValue == StatedWindows() ? nil : newValue }
    }

    /// ``secretFacts``, absent while it is empty.
    var facts: SecretFacts {
        get { secretFacts ?? SecretFacts() }
        set { secretFacts = newValue == SecretFacts() ? nil : newValue }
    }

    /// The way of ``secretReplacement``; steps that were read before are kept.
    var replacement: ReplacementWord {
        get { secretReplacement == .rfc7592 ? .rfc7592 : .byPerson }
        set { secretReplacement = newValue == .rfc7592 ? .rfc7592 : .operator(instructions) }
    }

    /// What a person does; of no effect while a program replaces the secret.
    var instructions: OperatorInstructions {
        get { if case .operator(let instructions) = secretReplacement { instructions } else { .generic } }
        set { if case .operator = secretReplacement { secretReplacement = .operator(newValue) } }
    }
}

extension OperatorInstructions {
    /// The title, if it is not the general one.
    var statedTitle: String? {
        get { title == Self.generic.title ? nil : title }
        set { title = newValue ?? Self.generic.title }
    }
}
