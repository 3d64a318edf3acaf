// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

/// An app as the keeper reads and writes it: the fields of an entry of kind ``EntryKind/app``.
///
/// Whatever decides where a secret is sent stands in the issue tier; what the use tier holds is for
/// display, for readers, and the taint, which readers must obey.
package struct AppRecord: Sendable {
    enum Tag {
        // Use tier
        static let providerID: UInt16 = 16
        static let providerName: UInt16 = 17
        static let displayClientID: UInt16 = 18
        static let taintEpoch: UInt16 = 19
        static let taintStrength: UInt16 = 20
        static let taintRotation: UInt16 = 21
        static let frozenBy: UInt16 = 22
        static let secretEpoch: UInt16 = 23
        static let tokenHeader: UInt16 = 24
        // Issue tier
        static let description: UInt16 = 32
        static let clientID: UInt16 = 33
        static let clientSecret: UInt16 = 34
        static let redirectURI: UInt16 = 35
        static let certificateAuthority: UInt16 = 36
        static let allowsPrivateNetwork: UInt16 = 37
        static let registrationURI: UInt16 = 38
        static let registrationToken: UInt16 = 39
        static let pendingSecret: UInt16 = 40
        static let retiredSecret: UInt16 = 41
        static let pendingRotation: UInt16 = 42
        static let scope: UInt16 = 43
        static let pendingWasRefused: UInt16 = 44
        static let clientKey: UInt16 = 45
        static let clientKeyID: UInt16 = 46
        static let certificateKey: UInt16 = 47
        static let certificate: UInt16 = 48
        static let secretRotation: UInt16 = 49
        static let unwanted: UInt16 = 50
        static let pendingClientID: UInt16 = 51
        static let retiredClientID: UInt16 = 52
        static let unwantedOfOthers: UInt16 = 53
        static let clientEpoch: UInt16 = 54
        static let retiredClientEpoch: UInt16 = 55
        static let maximumLifetime: UInt16 = 56
        static let pendingClientBinding: UInt16 = 57
        static let retiredClientBinding: UInt16 = 58
        static let retiredSecretEpoch: UInt16 = 59
        static let origin: UInt16 = 60
        static let barredBy: UInt16 = 61
        /// The tags of each tier that this program knows.
        static let use = providerID...tokenHeader
        static let issue = description...barredBy
    }

    /// The provider's id and name, for display.
    package var providerID: String
    /// The provider's name, for display.
    package var providerName: String
    /// The client id, for display; the one that is sent stands in ``registration``.
    package var displayClientID: String
    /// How the API wants access tokens presented, for readers as well; nil as a bearer's.
    var tokenHeader: TokenHeader?
    /// Counts taints; a connection minted under a lower number is tainted.
    var taintEpoch: Int64
    /// What a taint does to hand-outs; nil if the app was never tainted.
    var taintStrength: TaintStrength?
    /// The rotation that set the newest taint.
    var taintRotation: String?
    /// The rotation that keeps refreshes of this app from being sent.
    var frozenBy: String?
    /// The taint under which the present `client_secret` came: tokens it mints are not tainted by it.
    ///
    /// Where it was replaced without a leak, one more than any number before, so that the next taint is higher still.
    var secretEpoch: Int64
    /// What the authorization server is told; nil for a reader.
    package var registration: ClientRegistration?
    /// The provider's description as it is stored.
    var storedDescription: [UInt8]?
    /// What the description was made with, as it is stored; nil for an app that an older program added.
    var storedOrigin: [UInt8]?
    /// A new secret that is sealed and not in force yet.
    var pendingSecret: Secret?
    /// The client id that came with the pending secret; nil where it is the present one.
    var pendingClientID: String?
    /// The rotation that the pending secret belongs to.
    var pendingRotation: String?
    /// Whether the provider has refused the pending secret: the next one must be another.
    var pendingWasRefused = false
    /// The secret before, kept until it is proven dead.
    var retiredSecret: Secret?
    /// The client id of the retired secret; nil where it is the present one.
    var retiredClientID: String?
    /// The ``clientEpoch`` of that client.
    var retiredClientEpoch: Int64 = 0
    /// The ``secretEpoch`` of the retired secret, where that is another client's: what that one mints is of it.
    var retiredSecretEpoch: Int64 = 0
    /// What ``secretEpoch`` became when the present client id came; 0 where it is the first.
    ///
    /// What was minted under a lower number was granted to another client, and its refresh token is of no use to this one.
    var clientEpoch: Int64 = 0
    /// The rotation that put the present secret in force.
    var secretRotation: String?
    /// The rotation that keeps what is on hold from being refreshed until it has found the secret before it dead, or that nobody
    /// can say; see ``isBarred``.
    var barredBy: String?
    /// Secrets of abandoned rotations, and refused ones: the provider may hold them, and nobody needs them.
    var unwanted: [UnwantedSecret] = []
    /// The scope asked for when an account is connected.
    package var scope: String?

    /// Reads the record of an app's entry.
    ///
    /// - Throws: ``VaultError/damaged`` if a field is missing or makes no sense.
    init(_ entry: Entry) throws {
        guard entry.kind == .app else {
            throw KeeperError(.wrongKind, "\(entry.path) is \(entry.kind.phrase), not an app", path: entry.path)
        }
        let use = entry.use
        providerID = use.text(Tag.providerID) ?? ""
        providerName = use.text(Tag.providerName) ?? ""
        displayClientID = use.text(Tag.displayClientID) ?? ""
        tokenHeader = use.text(Tag.tokenHeader).flatMap { TokenHeader(text: $0) }
        taintEpoch = use.integer(Tag.taintEpoch) ?? 0
        // One that only a newer program knows is taken for the strictest.
        taintStrength = use.text(Tag.taintStrength).map { TaintStrength(rawValue: $0) ?? .hold }
        taintRotation = use.text(Tag.taintRotation)
        frozenBy = use.text(Tag.frozenBy)
        secretEpoch = use.integer(Tag.secretEpoch) ?? 0
        guard let issue = entry.issue else { return }
        pendingSecret = issue[Tag.pendingSecret]
        // An older program leaves the ids as they are, whatever it does with the secrets.
        pendingClientID = Self.clientID(of: pendingSecret, in: issue, Self.pendingClient)
        pendingRotation = issue.text(Tag.pendingRotation)
        pendingWasRefused = issue.integer(Tag.pendingWasRefused) == 1
        retiredSecret = issue[Tag.retiredSecret]
        retiredClientID = Self.clientID(of: retiredSecret, in: issue, Self.retiredClient)
        retiredClientEpoch = issue.integer(Tag.retiredClientEpoch) ?? 0
        retiredSecretEpoch = issue.integer(Tag.retiredSecretEpoch) ?? 0
        clientEpoch = issue.integer(Tag.clientEpoch) ?? 0
        secretRotation = issue.text(Tag.secretRotation)
        barredBy = issue.text(Tag.barredBy)
        scope = issue.text(Tag.scope)
        storedDescription = issue.bytes(Tag.description)
        storedOrigin = issue.bytes(Tag.origin)
        var registration = try Self.registration(issue, storedDescription)
        if let seconds = issue.integer(Tag.maximumLifetime), seconds > 0 {
            registration.maximumLifetime = .seconds(seconds)
        }
        self.registration = registration
        tokenHeader = registration.provider.tokenPresentation?.field
        unwanted = try Self.unwanted(issue, of: registration.clientID)
    }

    private static func registration(_ issue: FieldTable, _ description: [UInt8]?) throws -> ClientRegistration {
        guard let clientID = issue.text(Tag.clientID), let description,
            let provider = try? DecodedDescriptions.description(in: description)
        else { throw VaultError.damaged }
        var access: RegistrationAccess?
        if let uri = issue.text(Tag.registrationURI), let token = issue[Tag.registrationToken] {
            access = RegistrationAccess(uri: uri, token: token)
        }
        return ClientRegistration(
            provider: provider, clientID: clientID, clientSecret: issue[Tag.clientSecret],
            clientKey: try clientKey(issue), redirectURI: issue.text(Tag.redirectURI),
            trust: TrustSettings(
                certificateAuthorityPEM: issue.text(Tag.certificateAuthority),
                allowsPrivateNetwork: issue.integer(Tag.allowsPrivateNetwork) == 1,
                clientCertificate: try clientCertificate(issue)),
            registration: access)
    }

    private static func clientKey(_ issue: FieldTable) throws -> ClientKey? {
        guard let pem = issue[Tag.clientKey] else { return nil }
        guard let key = try? ClientKey(SigningKey(pem: pem), id: issue.text(Tag.clientKeyID)) else {
            throw VaultError.damaged
        }
        return key
    }

    private static func clientCertificate(_ issue: FieldTable) throws -> ClientCertificate? {
        guard let chain = issue.text(Tag.certificate), let key = issue[Tag.certificateKey] else { return nil }
        let certificate = ClientCertificate(storedChainPEM: chain, key: key)
        return certificate
    }

    /// The record of a new app.
    init(registration: ClientRegistration, scope: String?) {
        providerID = registration.provider.id
        providerName = registration.provider.displayName
        displayClientID = registration.clientID
        taintEpoch = 0
        secretEpoch = 0
        self.registration = registration
        self.scope = scope
    }

    /// Both counts, and what they tell together.
    var epochs: SecretEpochs {
        get { SecretEpochs(taint: taintEpoch, secret: secretEpoch) }
        set {
            taintEpoch = newValue.taint
            secretEpoch = newValue.secret
        }
    }

    /// Whether a connection minted under an epoch is tainted.
    func taints(mintedUnder epoch: Int64) -> Bool { epochs.taints(mintedUnder: epoch) }

    /// Whether a leaked access token that is replaced is kept, so that its death can be asked for: while a rotation is
    /// open, which removes them when it closes.
    var keepsLeakedTokens: Bool { epochs.isSecretLeaked || retiredSecret != nil }
}
