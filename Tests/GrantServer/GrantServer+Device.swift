// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension GrantServer {
    /// Hands out a code to show (RFC 8628 §3.2).
    func device(_ state: inout State, _ request: Request) -> Reply {
        guard isClient(request) else { return .error("invalid_client", 401) }
        let code = state.next("device")
        let userCode = "WDJB-MJH\(state.count)"
        state.devices[code] = Device(userCode: userCode, scope: Form.words(request.fields["scope"] ?? Self.scope))
        let complete = #","verification_uri_complete":"\#(issuer)/go?user_code=\#(userCode)""#
        return Reply(
            200,
            #"{"device_code":"\#(code)","user_code":"\#(userCode)","verification_uri":"\#(issuer)/go""#
                + (state.habits.hasCompleteAddress ? complete : "")
                + #","expires_in":\#(state.habits.deviceLifetime),"interval":\#(state.habits.deviceInterval)}"#)
    }

    /// What the person does, or the server in their name, with every device that waits: `approved`, or an error's code.
    public func decide(_ verdict: String) {
        state.withLock { state in
            for code in state.devices.keys { state.devices[code]?.verdict = verdict }
        }
    }

    /// How often the next questions are answered with `slow_down`.
    public func slowDown(_ count: Int) {
        state.withLock { state in
            for code in state.devices.keys { state.devices[code]?.slowDowns = count }
        }
    }

    /// Answers a device's question (RFC 8628 §3.5).
    func poll(_ state: inout State, _ fields: [String: String]) -> Reply {
        guard let code = fields["device_code"], let device = state.devices[code] else {
            return .error("invalid_grant")
        }
        if device.slowDowns > 0 {
            state.devices[code]?.slowDowns -= 1
            return .error("slow_down")
        }
        switch device.verdict {
        case nil: return .error("authorization_pending")
        case "approved":
            state.devices[code] = nil
            state.count += 1
            let rights = Rights(scope: device.scope, family: state.count)
            return issued(&state, rights, refresh: rights)
        case let verdict?: return .error(verdict)
        }
    }
}
