// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One request under way upstream, and those who wait for it.
struct CredentialFlight {
    /// What was asked for.
    let request: CredentialRequest

    /// Whether something has changed since it began, so that what it brings may be over.
    var isOvertaken = false

    /// Those who wait, by the numbers of their seats.
    private var waiting: [Int: CheckedContinuation<Credential, any Error>] = [:]

    /// Begins without anybody waiting.
    init(_ request: CredentialRequest) {
        self.request = request
    }

    /// Lets one wait.
    mutating func board(_ seat: Int, _ continuation: CheckedContinuation<Credential, any Error>) {
        waiting[seat] = continuation
    }

    /// Lets one go who was cancelled; does nothing if the flight has landed.
    mutating func leave(_ seat: Int) {
        waiting.removeValue(forKey: seat)?.resume(throwing: CancellationError())
    }

    /// Tells everybody who waits; once, and then the flight is given up.
    func land(_ result: Result<Credential, any Error>) {
        for continuation in waiting.values { continuation.resume(with: result) }
    }
}
