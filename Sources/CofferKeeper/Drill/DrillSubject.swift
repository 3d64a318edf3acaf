// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
package import CofferRotation

/// What a drill has to know of an app: all that is read from its vault for it, and no secret.
package struct DrillSubject: Sendable {
    /// The app's path.
    package let app: CredentialPath
    /// How its provider behaves.
    package let provider: ProviderDescription
    /// What a rotation would do, as `--dry-run` shows it.
    package let preview: RotationPreview
    /// The connections, in the order in which they would be reissued.
    package let connections: [CredentialPath]
    /// Those of them that have no refresh token.
    package let unrefreshable: Set<CredentialPath>
    /// Whether the vendor's API, or the program, that replaces the secret keeps two of them.
    package let keepsTwo: Bool

    /// Looks at an app.
    ///
    /// - Parameters:
    ///   - plan: what a rotation would do.
    ///   - registration: the app.
    ///   - accessTokenLeaked: whether an access token is known to have leaked as well.
    ///   - keepsTwo: whether what replaces the secret keeps two.
    ///   - unrefreshable: the connections of the app that have no refresh token.
    package init(
        _ plan: RotationPlan, _ registration: ClientRegistration, accessTokenLeaked: Bool = false,
        keepsTwo: Bool = false, unrefreshable: [CredentialPath] = []
    ) {
        app = plan.app
        provider = registration.provider
        preview = RotationPreview(
            plan, registration, accessTokenLeaked: accessTokenLeaked, unrefreshable: unrefreshable)
        connections = plan.connections
        self.unrefreshable = Set(unrefreshable)
        self.keepsTwo = keepsTwo
    }

    /// So many connections of an app: its own in their order, and made-up ones where it has fewer.
    ///
    /// - Parameters:
    ///   - own: the app's.
    ///   - app: the app.
    ///   - count: how many; as many as the app has if absent.
    /// - Returns: their paths.
    /// - Throws: `CredentialError` where the app's path is so long that nothing fits below it.
    package static func connections(
        _ own: [CredentialPath], of app: CredentialPath, count: Int?
    ) throws -> [CredentialPath] {
        guard let count else { return own }
        var paths = Array(own.prefix(count))
        let taken = Set(own)
        var number = 1
        while paths.count < count {
            let path = try CredentialPath("\(app)/drill-\(number)")
            if !taken.contains(path) { paths.append(path) }
            number += 1
        }
        return paths
    }
}
