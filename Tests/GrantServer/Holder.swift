// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A server that is known once its port is.
final class Holder: Sendable {
    private let value = Mutex<GrantServer?>(nil)

    var server: GrantServer? { value.withLock { $0 } }

    func set(_ server: GrantServer) { value.withLock { $0 = server } }
}
