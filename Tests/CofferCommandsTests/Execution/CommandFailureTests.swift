// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import CofferRotation
import CofferVault
import Testing

@testable import CofferCommands

@Suite struct `A failure of another module` {
    @Test func `keeps its code, gets its status and loses its full stop`() throws {
        let path = try CredentialPath("main/idp/alice")
        let errors: [(any Error, String, CofferCommands.ExitStatus)] = [
            (KeeperError(.notFound, "there is none", path: path), "not_found", .notFound),
            (VaultError(.newerFormat, "newer"), "newer_format", .configuration),
            (OAuthError(.blocked, "The provider has blocked us."), "blocked", .blocked),
            (RotationError(.superseded, "another"), "superseded", .tryLater),
            (CredentialError(.needsIssuer, message: "expired", path: path), "needs_issuer", .needsIssuer),
        ]
        for (error, code, status) in errors {
            let failure = CommandError(error)
            #expect(failure.code == code)
            #expect(failure.status == status)
            #expect(!failure.message.hasSuffix("."))
        }
        #expect(CommandError(KeeperError(.notFound, "there is none", path: path)).path == path)
    }

    @Test func `that nobody knows is a bug and shows its type alone`() {
        struct Foreign: Error, CustomStringConvertible {
            var description: String { "marker-secret" }
        }
        let failure = CommandError(Foreign())
        #expect(failure.status == .bug)
        #expect(failure.message.contains("Foreign"))
        #expect(!failure.lines.joined().contains("marker-secret"))
    }

    @Test(arguments: [
        ("The host is not allowed.", "the host is not allowed"), ("amoCRM answered.", "amoCRM answered"),
        ("Plain HTTP is refused.", "plain HTTP is refused"), ("HTTP is refused", "HTTP is refused"),
        ("Okta said no.", "Okta said no"), ("wait...", "wait..."), ("", ""),
    ])
    func `is a clause in lower case unless it begins with a name`(sentence: String, clause: String) {
        #expect(CommandError.clause(sentence) == clause)
    }
}
