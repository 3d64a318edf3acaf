// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Testing

@testable import CofferKeeper

@Suite struct `A connection whose account has removed the app` {
    @Test(arguments: [(401, "NOT_INSTALLED"), (500, "PORTAL_DELETED")])
    func `says so wherever it is asked, sends nothing more, and works once it is connected again`(
        _ status: Int, _ code: String
    ) async throws {
        let script = DescribedWorld.Script([(status, #"{"error":"\#(code)"}"#)])
        let path = DescribedWorld.path
        try await DescribedWorld.with([], over: script) { provider in
            provider.errorDialect = .bitrix24
        } _: { keeper, time in
            for _ in 0..<3 {
                time.advance(by: 3700)
                await #expect(throws: OAuthError(.needsReauthorization, "")) { try await keeper.token(path) }
                #expect(try await keeper.status().map(\.state) == ["needs_reauthorization"])
                #expect(try await keeper.refresh(.due).isEmpty)
                #expect(try await keeper.refresh(.all).isEmpty)
            }
            let forced = try await keeper.refresh(.forced(path))
            #expect(forced.compactMap { ($0.failure as? OAuthError)?.code } == [.needsReauthorization])
            #expect(script.requests.count == 1)
            #expect(try await keeper.get(path, field: "refresh_token") == Secret("r-1"))
            try await DescribedWorld.connect(keeper, accessToken: "second", refreshToken: "r-2", at: time.now)
            #expect(try await keeper.status().map(\.state) == ["active"])
            #expect(try await keeper.token(path).credential.value == Secret("second"))
        }
    }
}
