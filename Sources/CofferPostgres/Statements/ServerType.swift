// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The numbers of PostgreSQL's own types, which are the same in every database (`pg_type.dat` in its source).
enum ServerType {
    /// `boolean`.
    static let flag: UInt32 = 16
    /// `bytea`.
    static let bytes: UInt32 = 17
    /// `bigint`.
    static let integer: UInt32 = 20
    /// `text`.
    static let text: UInt32 = 25
    /// `bytea[]`.
    static let byteArrays: UInt32 = 1001
    /// `bigint[]`.
    static let integers: UInt32 = 1016
}
