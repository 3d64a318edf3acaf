// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import CWipingAllocator
import Glibc
import Testing

@Suite("CWipingAllocator") struct WipingAllocatorTests {
    /// How many bytes of a block are still what they were; where the library keeps its own notes is left out.
    private static func survivors(_ place: UInt, _ byteCount: Int) -> Int {
        guard let start = UnsafeRawPointer(bitPattern: place) else { return -1 }
        return UnsafeRawBufferPointer(start: start, count: byteCount).dropFirst(32).count { $0 == 0x53 }
    }

    private static func filled(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let block = malloc(byteCount)
        if let block { memset(block, 0x53, byteCount) }
        return block
    }

    // 1,000 and below lie in the cache of a thread, 100,000 in the heap.
    @Test(arguments: [100, 700, 1000, 3000, 100_000])
    func `a block is overwritten when it is freed, and when it is outgrown`(byteCount: Int) async {
        await #expect(processExitsWith: .success) { [byteCount = byteCount as Int] in
            #expect(coffer_wipe_freed_memory() == 1)
            // What lies behind keeps the heap's end away.
            let (first, second, behind) = (Self.filled(byteCount), Self.filled(byteCount), Self.filled(64))
            let (freed, outgrown) = (UInt(bitPattern: first), UInt(bitPattern: second))
            free(first)
            #expect(Self.survivors(freed, byteCount) == 0)
            // More than any free block behind it has: it can't grow where it is.
            let grown = realloc(second, 1 << 20)
            #expect(UInt(bitPattern: grown) != outgrown)
            #expect(Self.survivors(outgrown, byteCount) == 0)
            #expect(Self.survivors(UInt(bitPattern: grown), byteCount) == byteCount - 32)
            free(grown)
            free(behind)
        }
    }

    @Test func `realloc does what it always does`() async {
        await #expect(processExitsWith: .success) {
            #expect(coffer_wipe_freed_memory() == 1)
            let block = realloc(nil, 100)
            #expect(block != nil)
            if let block { memset(block, 0x53, 100) }
            let smaller = realloc(block, 10)
            #expect(smaller.map { UnsafeRawBufferPointer(start: $0, count: 10).allSatisfy { $0 == 0x53 } } == true)
            #expect(realloc(smaller, 0) == nil)
        }
    }
}
#endif
