// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@Suite("CredentialError") struct CredentialErrorTests {
    @Test func `equality looks at the code only`() throws {
        let one = CredentialError(.busy, message: "one", path: try CredentialPath("main/a"), retryAfter: .seconds(3))
        #expect(one == CredentialError(.busy, message: "two"))
        #expect(one != CredentialError(.blocked, message: "one", path: one.path, retryAfter: one.retryAfter))
    }

    @Test func `the description is the sentence, with the path where there is one`() throws {
        #expect(CredentialError(.expired, message: "it is over").description == "it is over")
        let error = CredentialError(.expired, message: "it is over", path: try CredentialPath("main/a"))
        #expect(error.description == "main/a: it is over")
    }

    @Test(arguments: [
        (CredentialError.Code.invalidPath, "invalid_path"), (.notFound, "not_found"), (.noProvider, "no_provider"),
        (.expired, "expired"), (.needsReauthorization, "needs_reauthorization"), (.needsIssuer, "needs_issuer"),
        (.rotating, "rotating"), (.blocked, "blocked"), (.paymentRequired, "payment_required"), (.busy, "busy"),
        (.unavailable, "unavailable"), (.notPermitted, "not_permitted"), (.damaged, "damaged"),
        (.misconfigured, "misconfigured"), (.timedOut, "timed_out"),
    ])
    func `codes have the names that scripts rely on`(code: CredentialError.Code, name: String) {
        #expect(code.rawValue == name)
        #expect(code.description == name)
        #expect(CredentialError.Code(rawValue: name) == code)
    }
}
