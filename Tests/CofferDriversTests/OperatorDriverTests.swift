// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import Testing

@Suite struct `The driver that is a person` {
    static let instructions = OperatorInstructions(
        title: "Regenerate the secret", steps: ["Open the integration.", "Click Regenerate."],
        link: "https://provider.example/integrations", secretPattern: "[0-9A-Za-z]{8}")
    static let driver = OperatorDriver(instructions)

    @Test func `says where to click and sends nothing`() async throws {
        let registration = ClientRegistration(provider: .example(.operator(Self.instructions)), clientID: "id-1")
        let answer = try await Self.driver.replaceSecret(
            ReplacementOrder(registration: registration, mayHaveBeenSent: false)
        ) { _ in Issue.record("there is nothing to keep") }
        #expect(
            answer
                == .needsOperator(
                    OperatorRequest(
                        title: "Regenerate the secret (client_id id-1)",
                        steps: ["Open the integration.", "Click Regenerate."],
                        link: "https://provider.example/integrations")))
    }

    @Test func `says first why a program could not do it`() {
        let registration = ClientRegistration(provider: .example(.rfc7592), clientID: "id-1")
        let request = Self.driver.request(for: registration, because: "the endpoint is closed\u{7}")
        #expect(request.steps.first == "Coffer could not do this by itself: the endpoint is closed")
        #expect(request.steps.count == 3)
    }

    @Test(arguments: ["abcd1234", "abcd1234\n", "abcd1234\r\n"])
    func `takes one line's end off and nothing else`(pasted: String) throws {
        let secret = try Self.driver.check(Secret(pasted), old: Secret("old00000"))
        #expect(secret == Secret("abcd1234"))
    }

    static let unusable: [(pasted: String, says: String)] = [
        ("", "nothing was entered"), ("\n", "nothing was entered"), (" abcd1234", "a space"), ("abcd1234 ", "a space"),
        ("abcd1234\n\n", "a line break"), ("abcd\u{1B}234", "a control character"), ("abcdéf12", "a control character"),
        ("abcd123", "form"), ("abcd12345", "form"), ("abcd-234", "form"), ("old00000", "the old client_secret"),
        ("old00000\n", "the old client_secret"), ("refused0", "just refused"),
        (String(repeating: "x", count: 4097), "longer than any"),
    ]

    @Test(arguments: unusable.indices)
    func `refuses what can't be the new secret, and doesn't repeat it`(index: Int) throws {
        let (pasted, says) = Self.unusable[index]
        let error = #expect(throws: RotationError.self) {
            try Self.driver.check(Secret(pasted), old: Secret("old00000"), refused: Secret("refused0"))
        }
        #expect(error?.code == .unusableSecret)
        #expect(error?.message.contains(says) == true)
        let value = pasted.filter { !$0.isWhitespace }
        #expect(value.isEmpty || error?.message.contains(value) == false)
    }

    @Test func `takes any one-line value where the provider has no form, whatever its length`() throws {
        let driver = OperatorDriver(.generic)
        for length in [1, 40, 4096] {
            let text = String(repeating: "~", count: length)
            #expect(try driver.check(Secret(text), old: nil) == Secret(text))
        }
    }

    @Test func `takes a space within where the old one has one, too`() throws {
        let driver = OperatorDriver(.generic)
        #expect(try driver.check(Secret("s+%:/ new\n"), old: Secret("s+%:/ old")) == Secret("s+%:/ new"))
        for pasted in [" new", "new ", "a\tb", "a\nb"] {
            #expect(throws: RotationError.self) { try driver.check(Secret(pasted), old: Secret("s+%:/ old")) }
        }
        for old in [Secret("old"), nil] {
            #expect(throws: RotationError.self) { try driver.check(Secret("s+%:/ new"), old: old) }
        }
    }
}
