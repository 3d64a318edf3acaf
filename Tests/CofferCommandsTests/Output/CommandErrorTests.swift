// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCommands

@Suite("CommandError") struct CommandErrorTests {
    @Test(arguments: [
        ("usage", 64), ("damaged", 65), ("not_found", 66), ("unreachable", 69), ("internal", 70), ("disk_full", 73),
        ("closed_pipe", 74), ("busy", 75), ("nonsense", 76), ("not_permitted", 77), ("configuration", 78),
        ("needs_reauthorization", 80), ("blocked", 81), ("rotating", 84), ("needs_issuer", 86), ("interrupted", 130),
        ("terminated", 143), ("something_new", 1),
    ])
    func `a code has its status`(code: String, status: Int32) {
        #expect(CommandError(code, message: "").status.rawValue == status)
    }

    @Test(arguments: [
        CredentialError.Code.invalidPath, .notFound, .noProvider, .expired, .needsReauthorization, .needsIssuer,
        .rotating, .blocked, .paymentRequired, .busy, .unavailable, .notPermitted, .damaged, .misconfigured, .timedOut,
    ])
    func `every code of a provider's error has a status of its own class`(code: CredentialError.Code) throws {
        let path = try CredentialPath("main/a")
        let error = CommandError(CredentialError(code, message: "why", path: path))
        #expect(error.status != .failed)
        #expect(error.code == code.rawValue)
        #expect(error.lines == ["main/a: why"])
    }

    @Test func `the path stands before the sentence unless it is in it`() throws {
        let path = try CredentialPath("main/a")
        #expect(CommandError("busy", message: "not now", path: path).lines == ["main/a: not now"])
        #expect(CommandError("busy", message: "not main/a now", path: path).lines == ["not main/a now"])
    }

    @Test func `as JSON it is the object of the contracts`() throws {
        let error = CommandError(
            "needs_reauthorization", message: "run \"connect\"\u{1B}\u{9B}\u{202E}", hint: "do",
            path: try CredentialPath("main/a"))
        #expect(
            error.json == #"{"error":{"code":"needs_reauthorization","hint":"do","#
                + #""message":"run \"connect\"\u001b\u009b\u202e","path":"main/a"}}"#)
        #expect(CommandError("busy", message: "no").json == #"{"error":{"code":"busy","message":"no"}}"#)
    }

    @Test func `statuses are those that scripts rely on`() {
        #expect(
            ExitStatus.allCases.map(\.rawValue) == [
                0, 1, 64, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78, 80, 81, 82, 83, 84, 85, 86, 126, 127, 130, 143,
            ])
    }
}
