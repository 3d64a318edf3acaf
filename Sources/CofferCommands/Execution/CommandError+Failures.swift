// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgent
import CofferCredentials
import CofferInjection
import CofferKeeper
import CofferOAuth
import CofferProxy
import CofferRotation
import CofferSandbox
import CofferToolProtocols
import CofferVault

extension CommandError {
    /// What to do next, for codes where that is not plain from every module's message.
    private static let hints: [String: String] = [
        "cool_down": "wait, or ask at once with: coffer refresh --force PATH",
        "needs_reauthorization": "connect the account again with: coffer connect PATH",
        "not_accepted": "join an owner's invitation to it with: coffer identity accept",
        "rate_limited": "wait; other programs may share the provider's limit",
        "wrong_identity": "name the right identity with --identity-file",
    ]

    /// Takes over the error of any module; one that nobody knows is a bug.
    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let error as CredentialError: self.init(error)
        case let error as KeeperError: self.init(code: error.code.rawValue, error.message, path: error.path)
        case let error as VaultError: self.init(code: error.code.rawValue, error.message, hint: error.hint)
        case let error as OAuthError: self.init(code: error.code.rawValue, error.message)
        case let error as RotationError: self.init(code: error.code.rawValue, error.message)
        case let error as WebhookError: self.init(code: error.code.rawValue, error.message)
        case let error as ToolFailure: self.init(code: error.code.rawValue, error.message)
        case let error as AgentError: self.init(code: error.code.rawValue, error.message)
        case let error as ProxyError: self.init(code: error.code.rawValue, error.message)
        case let error as SandboxError: self.init(code: error.code.rawValue, error.message)
        case let error as FormatRefusal: self.init("unrepresentable", message: error.message)
        case is CancellationError: self.init("cancelled", message: "the command was cancelled")
        default:
            // The text of an unknown error may hold anything, also a secret: only its type is shown.
            self.init(
                "internal", message: "something went wrong that should not have (\(type(of: error)))",
                hint: "please report this as a bug of Coffer")
        }
    }

    /// Puts a module's sentence into the form of ours: lower case, without a full stop.
    private init(code: String, _ sentence: String, hint: String? = nil, path: CredentialPath? = nil) {
        self.init(code, message: Self.clause(sentence), hint: hint ?? Self.hints[code], path: path)
    }

    /// `The host X is not allowed.` becomes `the host X is not allowed`; names such as `amoCRM` and `HTTP` stay.
    static func clause(_ sentence: String) -> String {
        var text = Substring(sentence)
        if text.hasSuffix(".") && !text.hasSuffix("..") { text.removeLast() }
        let word = text.prefix { $0.isLetter || $0 == "'" }
        let isWord = word.dropFirst().allSatisfy { !$0.isUppercase } && Self.openings.contains(word.lowercased())
        return isWord ? word.lowercased() + text.dropFirst(word.count) : String(text)
    }

    /// The words that sentences of ours begin with; any other may be a name.
    private static let openings: Set<String> = [
        "a", "an", "another", "anything", "nobody", "no", "nothing", "one", "only", "our", "paste", "plain",
        "something", "the", "there", "this", "what", "wait",
    ]
}
