// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Testing

@Suite struct `A taint's strength` {
    @Test(arguments: [
        (false, false, TaintStrength.hold), (false, true, .hold), (true, false, .serve), (true, true, .hold),
    ])
    func `is serve only while a person must act and no access token leaked`(
        person: Bool, leaked: Bool, strength: TaintStrength
    ) {
        #expect(TaintStrength.byDefault(startsWithOperator: person, accessTokenLeaked: leaked) == strength)
    }
}
