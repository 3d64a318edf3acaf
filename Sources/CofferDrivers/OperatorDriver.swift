// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
package import CofferRotation

/// The driver that is a person: it says where to click and checks what is pasted.
package struct OperatorDriver: SecretDriver {
    /// The longest value that is taken for a secret; the longest known (Microsoft Entra, Google) have fewer than 100 bytes,
    /// and a page pasted by mistake has more than 4096.
    package static let longestSecretByteCount = 4096

    /// The provider's words.
    let instructions: OperatorInstructions

    /// Makes a driver from the provider's instructions.
    package init(_ instructions: OperatorInstructions) {
        self.instructions = instructions
    }

    /// Gives the instructions; sends nothing.
    package func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        .needsOperator(request(for: order.registration))
    }

    /// What the person is asked to do.
    ///
    /// - Parameters:
    ///   - registration: the app.
    ///   - reason: why a program can't do it, where one was tried.
    /// - Returns: the request, its text cleaned.
    package func request(for registration: ClientRegistration, because reason: String? = nil) -> OperatorRequest {
        request(
            instructions.title, for: registration,
            steps: instructions.steps + consequences(registration.provider.secretFacts), because: reason,
            changesClientID: instructions.changesClientID)
    }

    func request(
        _ title: String, for registration: ClientRegistration, steps: [String], because reason: String?,
        changesClientID: Bool = false
    ) -> OperatorRequest {
        let excuse = reason.map { ["Coffer could not do this by itself: \($0)"] } ?? []
        return OperatorRequest(
            title: "\(title) (client_id \(registration.clientID))", steps: excuse + steps, link: instructions.link,
            changesClientID: changesClientID)
    }

    /// What else is to be done where another secret does not end the matter.
    private func consequences(_ facts: SecretFacts?) -> [String] {
        var steps: [String] = []
        switch facts?.overlap {
        case .untilRemoved: steps.append("Remove the old client secret there: it is in force until then.")
        case .timed:
            steps.append("The old client secret stays in force for a while: end it there at once if that can be done.")
        case .oldEndsAtOnce, nil: break
        }
        if instructions.changesClientID { steps.append(Self.bothAreNew) }
        if facts?.tokensSurvive == false {
            steps.append("Tokens end with the old secret: accounts may have to be connected again.")
        }
        return steps + signatures(facts)
    }

    /// Where the client id is another as well; without a terminal it is an option.
    static let bothAreNew = """
        The client id changes with the secret: give Coffer both (--client-id has the id), and connect the accounts again.
        """

    func signatures(_ facts: SecretFacts?) -> [String] {
        guard let what = facts?.alsoSigns else { return [] }
        return ["The secret also signs \(what): give the new one to whatever checks that."]
    }

    /// Checks a pasted value and takes the line's end off; nothing else is trimmed, as it might belong to the secret.
    ///
    /// - Parameters:
    ///   - pasted: what came from the prompt or from standard input.
    ///   - old: the secret that leaked.
    ///   - refused: a value that the provider has refused.
    /// - Returns: the secret to seal as pending.
    /// - Throws: `RotationError` with code `unusable_secret` and a sentence for the person, without the value.
    package func check(_ pasted: Secret, old: Secret?, refused: Secret? = nil) throws(RotationError) -> Secret {
        let secret = pasted.withoutLineEnd
        guard !secret.isEmpty else {
            throw RotationError(.unusableSecret, "nothing was entered")
        }
        guard secret.byteCount <= Self.longestSecretByteCount else {
            throw RotationError(.unusableSecret, "that is longer than any client_secret; was something else pasted?")
        }
        guard Self.isOneLineOfText(secret, like: old) else {
            throw RotationError(
                .unusableSecret, "that holds a space, a line break or a control character; copy the client_secret alone"
            )
        }
        guard secret != old else {
            throw RotationError(.unusableSecret, "that is the old client_secret; make a new one at the provider first")
        }
        guard secret != refused else {
            throw RotationError(.unusableSecret, "that is the value that the provider has just refused")
        }
        guard instructions.accepts(secret) else {
            throw RotationError(.unusableSecret, "that does not have the form of this provider's client_secret")
        }
        return secret
    }

    /// Whether a value is printable ASCII, and has no space but within and where the old one has one, too.
    ///
    /// RFC 6749 appendix A.2 allows %x20-7E in a client_secret. Hardly any provider's secret has a space, but what is copied along
    /// with a secret does.
    private static func isOneLineOfText(_ secret: Secret, like old: Secret?) -> Bool {
        let space = UInt8(ascii: " ")
        let hasSpaces = old?.withExposedBytes { $0.contains(space) } ?? false
        return secret.withExposedBytes { bytes in
            let lowest = hasSpaces && bytes.first != space && bytes.last != space ? space : space + 1
            return bytes.allSatisfy { (lowest...0x7E).contains($0) }
        }
    }
}
