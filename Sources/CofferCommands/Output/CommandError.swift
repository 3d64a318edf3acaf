// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Why a command failed, as it is told to people, to scripts and to programs.
struct CommandError: Error, Sendable, Equatable {
    /// How the process ends.
    let status: ExitStatus

    /// What went wrong, for programs: words in lower case joined with `_`.
    let code: String

    /// What went wrong: one sentence in lower case without a full stop and without a secret.
    let message: String

    /// What to do next, where that is not plain from the message.
    let hint: String?

    /// The path it is about.
    let path: CredentialPath?

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - code: what went wrong, for programs.
    ///   - status: how the process ends; by default what the table says of the code.
    ///   - message: what went wrong, for people.
    ///   - hint: what to do next.
    ///   - path: the path it is about.
    init(
        _ code: String, status: ExitStatus? = nil, message: String, hint: String? = nil, path: CredentialPath? = nil
    ) {
        self.status = status ?? ExitStatus(code: code)
        self.code = code
        self.message = message
        self.hint = hint
        self.path = path
    }

    /// Takes over a provider's error.
    init(_ error: CredentialError) {
        self.init(error.code.rawValue, message: error.message, path: error.path)
    }
}

// MARK: - Text

extension CommandError {
    /// The lines for people, without the prefix that ``Diagnostics`` puts before each.
    ///
    /// Text that came from a provider may be in the message, so what could steer a terminal is
    /// taken out.
    var lines: [String] {
        let sentence = path.map { message.contains($0.description) ? message : "\($0): \(message)" } ?? message
        return [PrintableText.clean(sentence)] + (hint.map { ["hint: \(PrintableText.clean($0))"] } ?? [])
    }
}

// MARK: - JSON

extension CommandError {
    /// The object for programs: `{"error":{"code":…,"message":…,"path":…}}`, on one line.
    var json: String {
        JSONText.line(Envelope(error: Body(code: code, hint: hint, message: message, path: path)))
    }

    /// What stands around the error.
    private struct Envelope: Encodable {
        let error: Body
    }

    /// The error itself; what is absent is left out.
    private struct Body: Encodable {
        let code: String
        let hint: String?
        let message: String
        let path: CredentialPath?
    }
}
