// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `A class of failure` {
    private static let classes: [(FailureClass, [OAuthError.Code])] = [
        (.network, [.unreachable, .timedOut, .certificate]),
        (.limited, [.rateLimited, .coolDown]),
        (.indeterminate, [.indeterminate]),
        (.reauthorize, [.needsReauthorization, .spent, .accessDenied]),
        (.blocked, [.blocked]),
        (.payment, [.paymentRequired]),
        (.configuration, [.configuration, .refusedHost, .plainHTTP, .unsupported, .invalidIssuer, .redirect]),
        (.rotating, [.held, .frozen]),
        (.contention, [.lockTimeout, .superseded]),
        (.nonsense, [.nonsense, .callbackMismatch]),
    ]

    @Test(arguments: classes)
    func `is named for every error of refreshing`(_ expected: FailureClass, _ codes: [OAuthError.Code]) {
        for code in codes { #expect(FailureClass(OAuthError(code, "")) == expected, "\(code)") }
    }

    @Test func `has no other name`() {
        #expect(Set(Self.classes.map(\.0)).union([.vault, .other]) == Set(FailureClass.allCases))
    }

    @Test func `is told for the vault's own trouble and for what nobody foresaw`() {
        #expect(FailureClass(VaultError(.diskFull, "")) == .vault)
        #expect(FailureClass(CancellationError()) == .other)
    }
}
