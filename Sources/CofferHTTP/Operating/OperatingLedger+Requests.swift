// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

extension OperatingLedger {
    /// How long a request waits for the methods that it calls: a batch for each of its commands'.
    func wait(
        for request: APIRequest, calling method: String, under path: CredentialPath, limit: Duration?, at now: Date
    ) -> Duration {
        guard let limit else { return .zero }
        let inner = method == "batch" ? Set(BatchCommands.methods(of: request).values) : []
        return inner.union([method]).map { wait(Key(path: path, method: $0), limit: limit, at: now) }.max() ?? .zero
    }

    /// Keeps what an answer says of operating time, that of a batch by its inner calls.
    func note(
        _ answer: APIAnswer, _ verdict: APIVerdict, to request: APIRequest, calling method: String,
        under path: CredentialPath, limit: Duration
    ) {
        let envelope = answer.decoded(Bitrix24Envelope.self)
        if verdict == .exhausted {
            exhaust(Key(path: path, method: method), limit: limit, stated: envelope?.time, at: answer.receivedAt)
        } else if let inner = envelope?.innerTimes, !inner.isEmpty {
            for (command, method) in BatchCommands.methods(of: request) {
                guard let time = inner[command] else { continue }
                note(time, for: Key(path: path, method: method))
            }
        } else if let time = envelope?.time {
            note(time, for: Key(path: path, method: method))
        }
    }
}
