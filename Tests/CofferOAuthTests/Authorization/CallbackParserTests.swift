// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct CallbackParserTests {
    @Test func `a pasted address gives the code and what its exchange needs, once`() throws {
        let attempt = try AuthorizationAttempt(.standard())
        let parser = CallbackParser(attempt)
        let callback = "  https://app.example/callback?code=a%2Bb+c&state=\(attempt.stateText)#x\n"
        let code = try parser.parse(callback)
        #expect(code.code == Secret("a+b c"))
        #expect(code.verifier == attempt.verifier)
        #expect(code.redirectURI == "https://app.example/callback")
        #expect(CofferOAuthTests.code { try parser.parse(callback) } == .callbackMismatch)
    }

    @Test(arguments: [
        "", "def50200", "https://app.example/callback", "?", "?code=c", "?code=c&state=", "?code=c&state=wrong",
        "?code=c&state=%ZZ", "?code=c&state=%", "?code=c&state=%FF",
    ])
    func `what is no answer to the attempt leaves it open`(_ text: String) throws {
        let attempt = try AuthorizationAttempt(.standard())
        let parser = CallbackParser(attempt)
        #expect(code { try parser.parse(text) } == .callbackMismatch)
        #expect(code { try parser.parse("?code=c&state=\(attempt.stateText)") } == nil)
    }

    @Test(arguments: ["code=d", "state=d", "%63ode=d", "error=a&error=b"])
    func `a parameter that comes twice is refused`(_ extra: String) throws {
        let attempt = try AuthorizationAttempt(.standard())
        #expect(
            code { try CallbackParser(attempt).parse("?code=c&state=\(attempt.stateText)&\(extra)") }
                == .callbackMismatch)
    }

    @Test func `a callback that is too long is refused`() throws {
        let attempt = try AuthorizationAttempt(.standard())
        let long = String(repeating: "a", count: CallbackParser.longestByteCount)
        #expect(
            code { try CallbackParser(attempt).parse("?state=\(attempt.stateText)&code=\(long)") }
                == .callbackMismatch)
    }

    @Test func `iss is compared exactly, and must be there if described`() throws {
        let described = ClientRegistration.standard { $0.authorizationRequest.iss = true }
        let attempt = try AuthorizationAttempt(described)
        let base = "?code=c&state=\(attempt.stateText)"
        #expect(code { try CallbackParser(attempt).parse(base) } == .callbackMismatch)
        #expect(code { try CallbackParser(attempt).parse(base + "&iss=https://id.example/") } == .callbackMismatch)
        #expect(code { try CallbackParser(attempt).parse(base + "&iss=https://id.example") } == nil)
        let silent = try AuthorizationAttempt(.standard())
        let other = "?code=c&state=\(silent.stateText)&iss=https://evil.example"
        #expect(code { try CallbackParser(silent).parse(other) } == .callbackMismatch)
    }

    @Test(arguments: [
        ("access_denied", OAuthError.Code.accessDenied), ("invalid_scope", .configuration),
        ("server_error", .unreachable), ("<script>", .configuration),
    ])
    func `an error answer is typed, ends the attempt, and is not repeated`(_ row: (String, OAuthError.Code)) throws {
        let attempt = try AuthorizationAttempt(.standard())
        let parser = CallbackParser(attempt)
        let callback = "?error=\(row.0)&error_description=MARKER&state=\(attempt.stateText)"
        do {
            _ = try parser.parse(callback)
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == row.1)
            #expect(!error.message.contains("MARKER"))
            #expect(!error.message.contains("<script>"))
        }
        #expect(code { try parser.parse("?code=c&state=\(attempt.stateText)") } == .callbackMismatch)
    }

    @Test func `an error with another state is not believed`() throws {
        let attempt = try AuthorizationAttempt(.standard())
        #expect(code { try CallbackParser(attempt).parse("?error=access_denied&state=x") } == .callbackMismatch)
    }

    @Test(arguments: ["acme.crm.example", "https://acme.crm.example/path", "acme", "ACME.crm.example"])
    func `an account's host comes out in one form`(_ referer: String) throws {
        let attempt = try AuthorizationAttempt(.hosted())
        let code = try CallbackParser(attempt).parse("?code=c&state=\(attempt.stateText)&referer=\(referer)")
        #expect(code.accountHost == "acme.crm.example")
    }

    @Test(arguments: [
        "evil.test", "acme.crm.example.evil.test", "evilcrm.example", "https://user@acme.crm.example", "127.0.0.1",
        "acme.crm.example:8443", "http://evil.test/acme.crm.example", "%0aacme.crm.example", "localhost",
    ])
    func `a host that is not the provider's is refused`(_ referer: String) throws {
        let attempt = try AuthorizationAttempt(.hosted())
        let parser = CallbackParser(attempt)
        #expect(code { try parser.parse("?code=c&state=\(attempt.stateText)&referer=\(referer)") } == .refusedHost)
    }

    @Test func `a callback without the account's address makes no sense`() throws {
        let attempt = try AuthorizationAttempt(.hosted())
        #expect(code { try CallbackParser(attempt).parse("?code=c&state=\(attempt.stateText)") } == .nonsense)
    }
}
