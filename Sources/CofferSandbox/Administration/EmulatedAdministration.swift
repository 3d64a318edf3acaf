// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One vendor's administration API, as far as it is about client secrets.
protocol EmulatedAdministration: Sendable {
    /// Answers a request, and changes what the clients hold.
    ///
    /// - Parameters:
    ///   - call: the request.
    ///   - held: the secrets of all clients.
    /// - Returns: the answer.
    func answer(_ call: AdministrationCall, _ held: inout HeldSecrets) -> Reply

    /// What the vendor says of a refusal.
    func refusal(_ status: Int, _ words: String) -> Reply
}
