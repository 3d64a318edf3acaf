// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Synchronization

/// Remembers what a reader reports.
final class Reports: AccessReporter {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func report(_ event: AccessEvent) {
        var text = "\(event)"
        dump(event.providerResults.map { "\($0)" }, to: &text)
        texts.withLock { $0.append(text) }
    }
}
