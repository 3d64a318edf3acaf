// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// Every change that is tried, numbered from 0.
struct Cases: Sendable {
    /// The changes of one kind.
    struct Kind: Sendable {
        let name: String
        let count: Int
        let change: @Sendable (Int) -> any Change
    }

    /// What a byte is combined with.
    static let masks: [UInt8] = [0x01, 0x80, 0xFF]

    /// The kinds, in order.
    let kinds: [Kind]

    init(_ fixture: Fixture) throws {
        let tables = try Table.all(of: fixture.path)
        kinds =
            Self.bytes("file", fixture.whole.count, .whole) + Self.bytes("log", fixture.log.count, .log)
            + Self.bytes("log-index", fixture.index.count, .index)
            + PlantedChange.kinds(fixture) + Self.rows(tables, try Table.all(of: fixture.oldPath))
    }

    /// The kind and the change of a number.
    subscript(number: Int) -> (String, any Change)? {
        var rest = number
        for kind in kinds {
            if rest < kind.count { return (kind.name, kind.change(rest)) }
            rest -= kind.count
        }
        return nil
    }

    private static func bytes(_ name: String, _ count: Int, _ file: FileChange.Target) -> [Kind] {
        [
            Kind(name: name + "-byte", count: count * masks.count) { number in
                FileChange(target: file, kind: .flip(number / masks.count, masks[number % masks.count]))
            },
            Kind(name: name + "-cut", count: count) { FileChange(target: file, kind: .cut($0)) },
        ]
    }

    private static func rows(_ tables: [Table], _ old: [Table]) -> [Kind] {
        var kinds: [Kind] = []
        for table in tables {
            let cells = table.rows.indices.flatMap { row in
                table.columns.indices.flatMap { column in
                    (0..<table.width(row, column)).map { (row, column, $0) }
                }
            }
            kinds.append(
                Kind(name: "\(table.name)-column", count: cells.count * masks.count) { number in
                    let (row, column, byte) = cells[number / masks.count]
                    return RowChange(table: table, kind: .flip(row, column, byte, masks[number % masks.count]))
                })
            let count = table.rows.count
            let pairs = (0..<count).flatMap { first in (first + 1..<max(first + 1, count)).map { (first, $0) } }
            kinds.append(
                Kind(name: "\(table.name)-swap", count: pairs.count * table.columns.count) { number in
                    let (first, second) = pairs[number / table.columns.count]
                    return RowChange(table: table, kind: .swap(first, second, number % table.columns.count))
                })
            kinds.append(
                Kind(name: "\(table.name)-duplicate", count: count * count) { number in
                    RowChange(table: table, kind: .duplicate(number / count, onto: number % count))
                })
            kinds.append(
                Kind(name: "\(table.name)-delete", count: count) { RowChange(table: table, kind: .delete($0)) })
            guard let before = old.first(where: { $0.name == table.name }) else { continue }
            kinds.append(
                Kind(name: "\(table.name)-replay", count: before.rows.count) { number in
                    RowChange(table: table, kind: .replay(before.rows[number]))
                })
        }
        return kinds
    }
}

/// One change of a vault's files.
protocol Change: Sendable {
    /// Writes the changed vault; false if SQLite does not let it come about.
    func apply(to place: Scratch, of fixture: Fixture) throws -> Bool
}
