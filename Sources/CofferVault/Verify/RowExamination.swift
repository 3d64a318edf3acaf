// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation

/// What can be said of one row by itself: each thing that is wrong with it, not only the first.
struct RowExamination {
    /// What is wrong, in words that follow one another in a sentence.
    private(set) var faults: [String] = []
    /// The entry, as far as it opened.
    private(set) var entry: Entry?
    /// The name inside, if the use box opened.
    private(set) var path: CredentialPath?
    /// Whether there are boxes that this identity holds no key for.
    private(set) var hasClosedBoxes = false
    let hash: Digest

    init(_ row: EntryRow, under state: VaultState) {
        hash = row.hash(in: state.pin.vaultID)
        guard let space = state.manifest.spaces.first(where: { $0.id == row.spaceID }) else {
            faults.append("it lies in a space that the manifest does not have")
            return
        }
        guard let generation = space.generations.first(where: { $0.number == row.generation }) else {
            faults.append("it is sealed under generation \(row.generation), which is gone")
            return
        }
        do {
            try generation.signingKey.verify(row.signature, of: EntryRow.signedMessage(hash))
        } catch {
            faults.append("its signature is wrong")
        }
        guard let unlocked = state.spaces[space.name],
            let keys = unlocked.generations.first(where: { $0.generation == row.generation })
        else {
            hasClosedBoxes = true
            return
        }
        open(row, EntrySealing(space: unlocked), keys)
    }

    /// What of the row can still be read although something is wrong.
    var remains: String {
        guard let entry else { return path == nil ? "nothing of it can be read" : "what readers see opens" }
        return entry.issue == nil ? "what readers see opens" : "its content opens"
    }

    private mutating func open(_ row: EntryRow, _ sealing: EntrySealing, _ keys: SpaceKeys) {
        var use: FieldTable?
        if var fields = try? sealing.open(row.useBox, keys.useBox, .use, row) {
            do {
                path = try sealing.removeName(from: &fields, row)
                use = fields
            } catch {
                faults.append("the name or kind inside is not the row's")
            }
        } else {
            faults.append("the box that readers open does not open")
        }
        if let path, (try? sealing.space.lookup(path.description, in: keys)) != row.lookup {
            faults.append("its lookup hash is another name's")
        }
        var issue: FieldTable?
        if let issueKeys = keys.issue {
            issue = open(issueBoxOf: row, sealing, issueKeys)
        } else if row.issueBox != nil {
            hasClosedBoxes = true
        }
        guard let path, let use, keys.issue == nil || issue != nil else { return }
        entry = Entry(
            id: row.id, path: path, kind: row.kind, version: row.version, use: use, issue: issue,
            dueAt: row.dueAt.map(Date.init(millisecondsSince1970:)), state: row.state, rowHash: hash)
    }

    private mutating func open(
        issueBoxOf row: EntryRow, _ sealing: EntrySealing, _ keys: SpaceKeys.IssueKeys
    ) -> FieldTable? {
        guard let box = row.issueBox else { return FieldTable() }
        guard var fields = try? sealing.open(box, keys.box, .issue, row) else {
            faults.append("the box that issuers open does not open")
            return nil
        }
        guard let name = try? sealing.removeName(from: &fields, row), path == nil || name == path else {
            faults.append("its two boxes belong to different entries")
            return nil
        }
        return fields
    }
}
