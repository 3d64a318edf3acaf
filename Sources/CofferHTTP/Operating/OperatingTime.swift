// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// How much time of the server's a method has used lately (Bitrix24, `time.operating`).
public struct OperatingTime: Sendable, Equatable {
    /// What was used.
    public let used: Duration
    /// When some of it comes back.
    public let resetsAt: Date
}
