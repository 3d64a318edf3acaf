// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Testing

@Suite struct `The epochs of a secret` {
    @Test func `taint all that was minted before, and nothing that the next secret mints`() {
        var epochs = SecretEpochs()
        let before = epochs.secret
        #expect(!epochs.taints(mintedUnder: before))
        epochs.beginTaint()
        #expect(epochs.isSecretLeaked && epochs.taints(mintedUnder: before))
        epochs.switchSecret(in: .leak)
        #expect(!epochs.isSecretLeaked && !epochs.taints(mintedUnder: epochs.secret))
        #expect(epochs.needsReissue(mintedUnder: before, in: .leak))
        #expect(!epochs.needsReissue(mintedUnder: epochs.secret, in: .leak))
    }

    @Test func `taint what a secret minted that came without a leak, too`() {
        var epochs = SecretEpochs()
        let first = epochs.secret
        epochs.switchSecret(in: .planned)
        let second = epochs.secret
        #expect(epochs.needsReissue(mintedUnder: first, in: .planned))
        #expect(!epochs.needsReissue(mintedUnder: second, in: .planned))
        #expect(!epochs.taints(mintedUnder: first))
        epochs.beginTaint()
        #expect(epochs.taints(mintedUnder: first) && epochs.taints(mintedUnder: second))
    }

    @Test func `end a taint that was given up with the next secret, whatever that came for`() {
        var epochs = SecretEpochs(taint: 3, secret: 2)
        epochs.switchSecret(in: .planned)
        #expect(!epochs.isSecretLeaked && !epochs.taints(mintedUnder: epochs.secret))
        #expect(epochs.taints(mintedUnder: 2))
    }
}
