// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Testing

@Suite struct `The address of an administration API` {
    @Test(arguments: [
        "https://graph.microsoft.com", "https://id.example.com/admin/realms/staff", "https://id.example.com:8443",
        "http://localhost:8080/auth/admin/realms/staff", "https://127.0.0.1",
    ])
    func `is https, or on this machine`(text: String) throws {
        _ = try AdminAddress(text)
    }

    @Test(arguments: [
        ("http://id.example.com", OAuthError.Code.plainHTTP), ("https://id.example.com/?realm=staff", .refusedHost),
        ("https://user:made-up-password@id.example.com", .refusedHost), ("id.example.com", .refusedHost),
        ("https://10.0.0.1", .refusedHost), ("https://id.example.com#x", .refusedHost),
    ])
    func `is nothing else`(text: String, code: OAuthError.Code) {
        #expect(throws: OAuthError(code, "")) { try AdminAddress(text) }
    }

    @Test func `may be in a private network where the app may`() throws {
        _ = try AdminAddress("https://10.0.0.1", trust: TrustSettings(allowsPrivateNetwork: true))
    }

    @Test func `has ids in it that can't lead elsewhere`() throws {
        #expect(try AdminAddress.segment("a/../b?c#d%e f'@é") == "a%2F..%2Fb%3Fc%23d%25e%20f%27%40%C3%A9")
        #expect(try AdminAddress.segment("0oa-1._~Z") == "0oa-1._~Z")
        for text in ["", ".", ".."] {
            #expect(throws: OAuthError(.configuration, "")) { try AdminAddress.segment(text) }
        }
    }

    @Test func `takes a token of one line, and says which entry holds none`() throws {
        #expect(try AdminCredential(name: "main/t", Secret("made-up-token\r\n")).token == Secret("made-up-token"))
        for text in ["", "\n", "made-up token", "made-up\ntoken", "made-up-é"] {
            let error = #expect(throws: OAuthError.self) { try AdminCredential(name: "main/t", Secret(text)) }
            #expect(error?.code == .configuration && error?.message.hasPrefix("main/t holds no token") == true)
        }
    }
}
