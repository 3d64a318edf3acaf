// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension Manifest {
    /// Adds a space whose keys every owner holds.
    ///
    /// - Throws: ``VaultError/Code/invalidName``, ``VaultError/Code/exists``.
    mutating func addSpace(_ name: String) throws(VaultError) {
        try Self.requireName(name)
        guard !spaces.contains(where: { $0.name == name }) else {
            throw VaultError(.exists, "there is a space called \(name) already")
        }
        guard spaces.count < Int(UInt16.max) else { throw VaultError(.tooLarge, "the vault has too many spaces") }
        do { try appendSpace(name) } catch { throw Self.unavailable }
    }

    /// Removes a space, whose keys are gone then; that it is empty the caller makes sure of.
    ///
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/notPermitted`` for the last one.
    mutating func removeSpace(_ name: String) throws(VaultError) {
        let index = try indexOfSpace(name)
        guard spaces.count > 1 else {
            throw VaultError(.notPermitted, "\(name) is the last space and can't be removed")
        }
        spaces.remove(at: index)
    }

    /// Begins a generation of a space: fresh keys, wrapped to everybody who holds those of the last.
    ///
    /// The generations before stay until nothing lies under them.
    mutating func beginGeneration(in index: Int) throws(VaultError) {
        let space = spaces[index]
        guard let last = space.generations.last, last.number < UInt32.max, space.generations.count < Int(UInt16.max)
        else { throw .damaged }
        do {
            let keys = try KeyMaterial.generation(last.number + 1, of: space.id, in: vaultID)
            var next = Generation(number: last.number + 1, signingKey: try keys.signingKey(), wraps: [])
            for wrap in last.wraps {
                let identity = members[Int(wrap.member)].identity
                next.wraps.append(try keys.wrapped(to: identity, at: wrap.member, role: wrap.role))
            }
            spaces[index].generations.append(next)
        } catch {
            throw Self.unavailable
        }
    }

    /// Drops the generations of a space below a number; their keys are gone then.
    ///
    /// - Returns: the numbers dropped.
    /// - Throws: ``VaultError/Code/notPermitted`` if the newest would be among them.
    mutating func dropGenerations(in index: Int, below number: UInt32) throws(VaultError) -> [UInt32] {
        guard let last = spaces[index].generations.last, number <= last.number else {
            throw VaultError(.notPermitted, "the newest generation of a space can't be dropped")
        }
        let dropped = spaces[index].generations.map(\.number).filter { $0 < number }
        spaces[index].generations.removeAll { $0.number < number }
        return dropped
    }

    /// Notes that the store was taken back to a state with these chains.
    ///
    /// Of departed members nothing counts that the state does not hold: their bounds go back with it.
    mutating func noteRestoration(at instant: Int64, heads: [AuditHead]) {
        restoration = Restoration(at: instant, epoch: epoch, heads: heads)
        for index in departed.indices {
            let head = heads.first { $0.signer == departed[index].identity.signingKey }
            guard (head?.sequence ?? 0) < departed[index].lastSequence else { continue }
            departed[index].lastSequence = head?.sequence ?? 0
            departed[index].lastHash = head?.hash ?? .zero
        }
    }

    /// The place of a space by its name.
    ///
    /// - Throws: ``VaultError/Code/missing``.
    func indexOfSpace(_ name: String) throws(VaultError) -> Int {
        guard let index = spaces.firstIndex(where: { $0.name == name }) else {
            throw VaultError(
                .missing, Self.isName(name) ? "there is no space called \(name)" : "there is no such space")
        }
        return index
    }

    private static let unavailable = VaultError(.unreadable, "the keys could not be made")
}
