// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `A device that waits for its person` {
    private static func polling(
        lifetime: Duration = .seconds(600), interval: Duration = .seconds(5), patience: Duration? = nil
    ) -> DevicePolling {
        DevicePolling(
            DeviceAuthorization(
                deviceCode: Secret("d"), userCode: "WDJB", verificationURI: "https://as.example/go",
                verificationURIComplete: nil, lifetime: lifetime, interval: interval),
            patience: patience, providerName: "Example")
    }

    private func code(_ step: DevicePolling.Step) -> OAuthError.Code? {
        if case .fail(let error) = step { error.code } else { nil }
    }

    @Test func `asks in the interval, and slow_down adds five seconds for good`() {
        var polling = Self.polling()
        #expect(polling.first == .wait(.seconds(5)))
        #expect(polling.handle(.pending, elapsed: .seconds(5)) == .wait(.seconds(5)))
        #expect(polling.handle(.slowDown(retryAfter: nil), elapsed: .seconds(10)) == .wait(.seconds(10)))
        #expect(polling.handle(.pending, elapsed: .seconds(20)) == .wait(.seconds(10)))
        #expect(polling.handle(.slowDown(retryAfter: nil), elapsed: .seconds(30)) == .wait(.seconds(15)))
        #expect(polling.handle(.slowDown(retryAfter: .seconds(40)), elapsed: .seconds(45)) == .wait(.seconds(40)))
    }

    @Test func `gives up when the code is over, and before it asks in vain`() {
        var polling = Self.polling(lifetime: .seconds(12))
        #expect(polling.handle(.pending, elapsed: .seconds(6)) == .wait(.seconds(5)))
        #expect(code(polling.handle(.pending, elapsed: .seconds(7))) == .timedOut)
        #expect(code(polling.handle(.expired, elapsed: .seconds(1))) == .timedOut)
        var impatient = Self.polling(patience: .seconds(8))
        #expect(code(impatient.handle(.pending, elapsed: .seconds(5))) == .timedOut)
    }

    @Test func `asks less often where it gets no answer, and ends with a no`() {
        var polling = Self.polling()
        #expect(polling.handle(.ended(.notSent("x")), elapsed: .seconds(5)) == .wait(.seconds(10)))
        #expect(polling.handle(.ended(.indeterminate("x")), elapsed: .seconds(15)) == .wait(.seconds(20)))
        let failing = DeviceAnswer.ended(.unprocessed(Setback(.serverFailure, "x")))
        #expect(polling.handle(failing, elapsed: .seconds(35)) == .wait(.seconds(40)))
        let wrong = DeviceAnswer.ended(.unprocessed(Setback(.configuration, "x")))
        #expect(code(polling.handle(wrong, elapsed: .seconds(40))) == .configuration)
        #expect(code(polling.handle(.ended(.refused(Refusal(.denied, "x"))), elapsed: .seconds(40))) == .accessDenied)
        let tokens = IssuedTokens(accessToken: Secret("a"))
        #expect(polling.handle(.ended(.accepted(tokens)), elapsed: .seconds(40)) == .finish(tokens))
        #expect(code(polling.handle(.ended(.accepted(IssuedTokens())), elapsed: .seconds(40))) == .nonsense)
    }
}
