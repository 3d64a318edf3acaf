// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// The homes of an owner and of somebody who is let in, with one vault file that both reach.
struct TwoHomes: Sendable {
    /// The owner's program.
    let owner: Program
    /// The other's program, with an identity of its own.
    let guest: Program

    /// Gives a guest to an owner who has a vault.
    static func with<Result: Sendable>(
        owner: Program, _ body: (TwoHomes) async throws -> Result
    ) async throws -> Result {
        try await Home.with { home in
            var guest = Program(home: home)
            guest.environment["COFFER_VAULT"] = owner.home.vault
            return try await body(TwoHomes(owner: owner, guest: guest))
        }
    }

    /// The owner's fingerprint, as the owner reads it out.
    func ownerFingerprint() async throws -> String {
        try #require(try await owner.run("identity", "show", "--json").json["fingerprint"] as? String)
    }

    /// Lets the guest in, step by step as people do, and expects each to work.
    ///
    /// - Returns: everything that went from one home to the other, and what was said.
    @discardableResult
    func letIn(_ name: String, _ more: String..., from other: Program? = nil) async throws -> String {
        let guest = other ?? guest
        let made = try await guest.run("identity", "new")
        try #require(made.status == .exited(0), "\(made.errors)")
        let told = try #require(made.errors.firstMatch(of: /fingerprint is ([0-9a-f-]+)/)?.1)
        let added = try await owner.run(
            ["identity", "add", name, "--fingerprint", String(told)] + more, input: .bytes(made.output))
        try #require(added.status == .exited(0), "\(added.errors)")
        let accepted = try await guest.run(
            "identity", "accept", "--fingerprint", ownerFingerprint(), input: .bytes(added.output))
        try #require(accepted.status == .exited(0), "\(accepted.errors)")
        return [made, added, accepted].map { $0.text + $0.errors }.joined()
    }

    /// The guest's public identity, printed again.
    func publicText() async throws -> String {
        try await guest.run("identity", "show", "--public").text
    }
}
