// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `A class of failure` {
    @Test(arguments: [
        OAuthError.Code.accessDenied, .blocked, .callbackMismatch, .certificate, .configuration, .coolDown, .frozen,
        .held,
        .indeterminate, .invalidIssuer, .lockTimeout, .needsReauthorization, .nonsense, .paymentRequired, .plainHTTP,
        .rateLimited, .redirect, .refusedHost, .spent, .superseded, .timedOut, .unreachable, .unsupported,
    ])
    func `is named for every error of refreshing`(_ code: OAuthError.Code) {
        #expect(FailureClass(OAuthError(code, "")) != .other)
    }

    @Test func `is told for the vault's own trouble and for what nobody foresaw`() {
        #expect(FailureClass(VaultError(.diskFull, "")) == .vault)
        #expect(FailureClass(CancellationError()) == .other)
    }
}
