// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferDescriptions

/// Whoever adds a field must say here what it does, or where that is shown.
@Suite struct `Every field of a provider's description` {
    private static let effects: [FieldEffect] = [
        FieldEffect.about, FieldEffect.endpoints, FieldEffect.hosts, FieldEffect.client, FieldEffect.authorization,
        FieldEffect.answer, FieldEffect.tokens, FieldEffect.windows, FieldEffect.behaviour, FieldEffect.limits,
        FieldEffect.secret,
    ].flatMap(\.self)

    @Test func `has a test that fails if the field is ignored`() {
        let shown = Self.effects.map(\.field) + ShownElsewhere.all.map(\.field)
        #expect(Set(shown).count == shown.count, "a field stands twice in the table")
        #expect(Set(Schema.fields.map(\.name)).subtracting(shown).sorted() == [], "no entry in the table")
        #expect(Set(shown).subtracting(Schema.fields.map(\.name)).sorted() == [], "is no field")
    }

    @Test(arguments: effects) func `does what it says`(_ effect: FieldEffect) async throws {
        let without = try await effect.look(effect.entry(withField: false))
        let with = try await effect.look(effect.entry(withField: true))
        #expect(without == effect.seen.without)
        #expect(with == effect.seen.with)
        #expect(without != with)
    }

    /// The test that the table names is there, and has the field in it: what it shows, only a reader can tell.
    @Test(arguments: ShownElsewhere.all) func `is used where the table says`(_ shown: ShownElsewhere) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: tests.appending(path: shown.file), encoding: .utf8)
        let pieces = text.components(separatedBy: "@Test")
        let body = try #require(
            pieces.first { $0.contains("func `\(shown.test)`") }, "\(shown.file) has no test \(shown.test)")
        #expect(body.contains(shown.field), "\(shown.test) says nothing of \(shown.field)")
    }
}
