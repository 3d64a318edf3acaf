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

    @Test func `waits for as long as it is told to, however long that is`() {
        var polling = Self.polling(lifetime: .seconds(1800), interval: .seconds(300))
        #expect(polling.first == .wait(.seconds(300)))
        #expect(polling.handle(.slowDown(retryAfter: nil), elapsed: .seconds(300)) == .wait(.seconds(305)))
        // Doubling ends at two minutes, and never makes an interval shorter.
        let failing = DeviceAnswer.ended(.unprocessed(Setback(.serverFailure, "x")))
        #expect(polling.handle(failing, elapsed: .seconds(605)) == .wait(.seconds(305)))
        var busy = Self.polling(lifetime: .seconds(1800))
        let tooMany = DeviceAnswer.ended(.unprocessed(Setback(.rateLimited, "x", retryAfter: .seconds(240))))
        #expect(busy.handle(tooMany, elapsed: .seconds(5)) == .wait(.seconds(240)))
        // The wish was about this one question.
        #expect(busy.handle(.pending, elapsed: .seconds(245)) == .wait(.seconds(10)))
    }

    @Test func `says so where a code ends before anybody may ask`() {
        guard case .fail(let error) = Self.polling(lifetime: .seconds(60), interval: .seconds(300)).first else {
            Issue.record("it waits for nothing")
            return
        }
        #expect(error.code == .nonsense)
    }

    @Test func `ends with a refresh token alone too`() {
        var polling = Self.polling()
        let tokens = IssuedTokens(refreshToken: Secret("r"))
        #expect(polling.handle(.ended(.accepted(tokens)), elapsed: .seconds(5)) == .finish(tokens))
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
