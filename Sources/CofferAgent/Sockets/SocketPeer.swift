// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the system says of the process at the other end of a Unix socket, as of when it connected.
struct SocketPeer: Sendable {
    #if canImport(Darwin)
    /// `struct xucred` as far as it is needed (unix(4)).
    var version: UInt32 = 0
    var user: UInt32 = .max
    #else
    /// `struct ucred` (unix(7)).
    var process: Int32 = 0
    var user: UInt32 = .max
    var group: UInt32 = .max
    #endif

    /// The user of whoever serves at a socket that is connected; nil if the system does not say.
    static func user(at socket: Int32) -> UInt32? {
        var peer = SocketPeer()
        var byteCount = socklen_t(MemoryLayout<SocketPeer>.size)
        #if canImport(Darwin)
        let answer = getsockopt(socket, SOL_LOCAL, LOCAL_PEERCRED, &peer, &byteCount)
        #else
        let answer = getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &byteCount)
        #endif
        return answer == 0 ? peer.user : nil
    }
}
