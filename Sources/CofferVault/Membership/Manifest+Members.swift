// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension Manifest {
    /// The most entries that one of the manifest's lists holds: their number is a `u16`.
    private static let longestList = Int(UInt16.max)

    /// The manifest that follows this one, with nothing changed yet.
    func successor(at createdAt: Int64) throws(VaultError) -> Manifest {
        guard epoch < UInt64(Int64.max) else { throw .damaged }
        var next = self
        next.epoch += 1
        next.previous = Digest(hashing: encoded)
        next.createdAt = createdAt
        return next
    }

    /// Adds a member, or gives one further spaces.
    ///
    /// - Parameters:
    ///   - identity: Whose keys.
    ///   - name: What it is called; of a member, the name that it has.
    ///   - role: Its role in each of the spaces.
    ///   - names: The spaces.
    ///   - owner: Who holds the keys of the spaces.
    /// - Throws: ``VaultError/Code/invalidName``, ``VaultError/Code/exists``, ``VaultError/Code/missing``,
    ///   ``VaultError/Code/notPermitted`` if the owner does not hold a space's keys.
    mutating func add(
        _ identity: PublicIdentity, name: String, role: Role, to names: [String], by owner: Identity
    ) throws(VaultError) {
        guard !names.isEmpty else { throw VaultError(.missing, "no space was named") }
        let place = try place(of: identity, name: name, isOwner: role == .owner)
        for spaceName in Set(names).sorted() {
            let index = try indexOfSpace(spaceName)
            guard !spaces[index].generations.flatMap(\.wraps).contains(where: { $0.member == place }) else {
                throw VaultError(.exists, "\(name) is a member of space \(spaceName) already")
            }
            try grant(role, in: index, toMemberAt: place, by: owner)
        }
    }

    /// The place of a member that is to be given spaces, appended if it is new.
    private mutating func place(
        of identity: PublicIdentity, name: String, isOwner: Bool
    ) throws(VaultError) -> UInt16 {
        try Self.requireName(name)
        let keys = [identity.signingKey.bytes, identity.encryptionKey.bytes]
        func shares(_ other: PublicIdentity) -> Bool {
            keys.contains(other.signingKey.bytes) || keys.contains(other.encryptionKey.bytes)
        }
        guard !departed.contains(where: { shares($0.identity) }) else {
            throw VaultError(.exists, "this identity was removed from the vault once; a new one must be made")
        }
        if let index = members.firstIndex(where: { shares($0.identity) }) {
            let member = members[index]
            guard member.identity == identity, member.name == name, member.isOwner == isOwner else {
                throw VaultError(.exists, "this identity is a member already, as \(member.name)")
            }
            return UInt16(index)
        }
        guard !members.contains(where: { $0.name == name }) else {
            throw VaultError(.exists, "there is a member called \(name) already")
        }
        guard members.count < Self.longestList else { throw VaultError(.tooLarge, "the vault has too many members") }
        members.append(Member(identity: identity, name: name, isOwner: isOwner))
        return UInt16(members.count - 1)
    }

    private mutating func grant(
        _ role: Role, in index: Int, toMemberAt place: UInt16, by owner: Identity
    ) throws(VaultError) {
        let identity = members[Int(place)].identity
        let space = spaces[index]
        // Every generation: while a space is being re-keyed its rows lie under several.
        for (number, generation) in space.generations.enumerated() {
            let keys = try KeyMaterial.held(generation, of: space, in: self, by: owner)
            spaces[index].generations[number].wraps.append(try Self.wrap(keys, identity, place, role))
        }
        guard role > .reader else { return }
        let trace = try KeyMaterial.held(nil, of: space, in: self, by: owner)
        spaces[index].traceWraps.append(try Self.wrap(trace, identity, place, role))
    }

    private static func wrap(
        _ keys: KeyMaterial, _ identity: PublicIdentity, _ place: UInt16, _ role: Role
    ) throws(VaultError) -> Wrap {
        do {
            return try keys.wrapped(to: identity, at: place, role: role)
        } catch {
            throw VaultError(.invalidIdentity, "keys can't be wrapped to this identity")
        }
    }

    /// Removes a member: it departs with what it signed until `last`, and each of its spaces goes on under keys that it
    /// never had.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - last: The newest event of its chain.
    /// - Returns: the spaces in which a generation was begun, and what it held.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/notPermitted`` for the last owner, for the last one of those
    ///   who hold a space, and for the last one who can write in one that no owner holds.
    mutating func remove(_ name: String, after last: AuditHead?) throws(VaultError) -> (spaces: [String], as: Departed)
    {
        let index = try indexOfMember(name)
        let member = members[index]
        guard !member.isOwner || members.filter(\.isOwner).count > 1 else {
            throw VaultError(.notPermitted, "\(name) is the last owner and can't be removed")
        }
        guard departed.count < Self.longestList else {
            throw VaultError(.tooLarge, "too many members were removed from this vault")
        }
        var gone = Departed(
            identity: member.identity, name: name, isOwner: member.isOwner, removedAtEpoch: epoch,
            lastSequence: last?.sequence ?? 0, lastHash: last?.hash ?? .zero, roles: [])
        var begun: [(space: Int, role: Role)] = []
        for (number, space) in spaces.enumerated() {
            guard let role = roles(in: space.id)[UInt16(index)] else { continue }
            gone.roles.append(.init(spaceID: space.id, role: role))
            guard space.generations.last?.wraps.contains(where: { Int($0.member) == index }) == true else { continue }
            begun.append((number, role))
        }
        members.remove(at: index)
        for number in spaces.indices { dropWraps(ofMemberAt: UInt16(index), in: number) }
        departed.append(gone)
        for (number, role) in begun {
            try requireSuccessor(of: name, role, in: spaces[number])
            try beginGeneration(in: number)
        }
        return (begun.map { spaces[$0.space].name }, gone)
    }

    /// Refuses to leave a space to nobody: without an owner who holds its keys nobody can be let into it any more, and it can't
    /// be re-keyed, for good.
    private func requireSuccessor(of name: String, _ role: Role, in space: Space) throws(VaultError) {
        // In a space that no owner holds an issuer must be left: it is no reason to keep others in it.
        let needed = max(role, .issuer)
        guard space.generations.last?.wraps.contains(where: { $0.role >= needed }) == true else {
            let what =
                needed == .owner
                ? "no owner would hold space \(space.name); give it to another owner first"
                : "nobody could write in space \(space.name); add somebody first"
            throw VaultError(.notPermitted, "without \(name) \(what)")
        }
    }

    /// Takes a member's wraps away; those behind it in the list of members move up by one.
    private mutating func dropWraps(ofMemberAt place: UInt16, in index: Int) {
        func without(_ wraps: [Wrap]) -> [Wrap] {
            wraps.compactMap { wrap in
                guard wrap.member != place else { return nil }
                var moved = wrap
                if wrap.member > place { moved.member -= 1 }
                return moved
            }
        }
        for number in spaces[index].generations.indices {
            spaces[index].generations[number].wraps = without(spaces[index].generations[number].wraps)
        }
        spaces[index].traceWraps = without(spaces[index].traceWraps)
    }

    /// The place of a member by its name.
    ///
    /// - Throws: ``VaultError/Code/missing``.
    func indexOfMember(_ name: String) throws(VaultError) -> Int {
        guard let index = members.firstIndex(where: { $0.name == name }) else {
            // The text came from a person and may be anything: a secret, or a terminal's control sequence.
            throw VaultError(
                .missing, Self.isName(name) ? "there is no member called \(name)" : "there is no such member")
        }
        return index
    }

    /// Refuses what is no name of a member or space.
    static func requireName(_ name: String) throws(VaultError) {
        guard isName(name) else {
            throw VaultError(
                .invalidName,
                "a name is 1 to 64 characters of a-z, 0-9, '.', '_' and '-' that begin with a letter or digit")
        }
    }
}
