// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What an owner sends back to whoever it added: the pin that joins the seed, and what was granted.
///
/// ```
/// coffer-invite-1 ‖ base64url( fields ‖ signature 64 ‖ check 4 )
/// ```
///
/// It is signed by the owner that it names and holds no secret. The signature shows that it was not put together by
/// somebody on the way who is not that owner; that the owner is the right one, only its fingerprint shows.
package struct Invitation: Sendable, Equatable {
    /// A space and the role in it.
    package struct Grant: Sendable, Equatable {
        /// The name of the space.
        package let space: String
        /// The role.
        package let role: Role

        /// Names a grant.
        package init(space: String, role: Role) {
            self.space = space
            self.role = role
        }
    }

    /// What the text starts with.
    package static let prefix = "coffer-invite-1"
    private static let form = CheckedText(prefix: prefix, name: "an invitation")

    /// The manifest to trust.
    package let pin: Pin
    /// Who is invited.
    package let invited: PublicIdentity
    /// Who invites.
    package let owner: PublicIdentity
    /// The name that the owner gave.
    package let name: String
    /// Whether the invited one may sign membership.
    package let isOwner: Bool
    /// The spaces.
    package let grants: [Grant]
    private let signature: Signature

    /// Signs an invitation.
    package init(
        pin: Pin, invited: PublicIdentity, name: String, isOwner: Bool, grants: [Grant], by owner: Identity
    ) throws(VaultError) {
        self.pin = pin
        self.invited = invited
        self.owner = owner.publicIdentity
        self.name = name
        self.isOwner = isOwner
        self.grants = grants
        let fields = Self.fields(pin, invited, owner.publicIdentity, name, isOwner, grants)
        do {
            signature = try owner.signing.sign(Self.message(fields))
        } catch {
            throw VaultError(.unreadable, "the invitation could not be signed")
        }
    }

    /// Reads the text; white space around it is ignored.
    ///
    /// - Throws: ``VaultError/Code/invalidIdentity``, also where the signature is not the owner's.
    package init(reading text: String) throws(VaultError) {
        let payload = try Self.form.read(text)
        var reader = CanonicalReader(payload)
        do {
            pin = try Pin(decoding: reader.fixed(Pin.byteCount))
            invited = try PublicIdentity(reading: &reader)
            owner = try PublicIdentity(reading: &reader)
            name = try reader.text()
            isOwner = try reader.integer(UInt8.self) == 1
            var grants: [Grant] = []
            for _ in 0..<(try reader.integer(UInt16.self)) {
                let space = try reader.text()
                guard let role = Role(rawValue: try reader.integer()) else { throw VaultError.damaged }
                grants.append(Grant(space: space, role: role))
            }
            self.grants = grants
            signature = try Signature(reader.fixed(Signature.byteCount))
            try reader.finish()
            let fields = Self.fields(pin, invited, owner, name, isOwner, grants)
            try owner.signingKey.verify(signature, of: Self.message(fields))
            guard payload == fields + signature.bytes, isWellFormed else { throw VaultError.damaged }
        } catch {
            throw Self.form.refused
        }
    }

    /// Names are shown to a person who decides, so they are nothing but names.
    private var isWellFormed: Bool {
        Manifest.isName(name) && grants.allSatisfy { Manifest.isName($0.space) && (isOwner || $0.role < .owner) }
            && Set(grants.map(\.space)).count == grants.count && !grants.isEmpty && invited != owner
    }

    /// The text, one line without an end of line.
    package func written() throws(VaultError) -> String {
        let fields = Self.fields(pin, invited, owner, name, isOwner, grants)
        return try Self.form.write(fields + signature.bytes)
    }

    /// Joins the pin to the seed that was invited.
    ///
    /// - Throws: ``VaultError/Code/wrongIdentity`` if another one was.
    package func accepted(by identity: Identity) throws(VaultError) -> IdentityText {
        guard identity.publicIdentity == invited else {
            throw VaultError(.wrongIdentity, "this invitation is for another identity")
        }
        return IdentityText(identity: identity, pin: pin)
    }

    // MARK: - Coding

    private static func fields(
        _ pin: Pin, _ invited: PublicIdentity, _ owner: PublicIdentity, _ name: String, _ isOwner: Bool,
        _ grants: [Grant]
    ) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.fixed(pin.encoded)
        invited.write(to: &writer)
        owner.write(to: &writer)
        writer.text(name)
        writer.integer(UInt8(isOwner ? 1 : 0))
        writer.integer(UInt16(grants.count))
        for grant in grants {
            writer.text(grant.space)
            writer.integer(grant.role.rawValue)
        }
        return writer.bytes
    }

    private static func message(_ fields: [UInt8]) -> [UInt8] {
        var writer = CanonicalWriter(Labels.invitationSignature)
        writer.variable(fields)
        return writer.bytes
    }
}
