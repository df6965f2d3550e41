internal import Foundation
internal import Synchronization

/// Where matrices lie: small ones wherever the allocator puts them, large ones in blocks of whole pages that are used again.
///
/// A sweep makes matrices of the same few shapes for layer after layer, and a page that is new to a process costs more than the numbers
/// that are written to it: the kernel has to clear it, and a virtual machine often to ask its host for it first. So what a matrix gives back
/// is kept for the next one of about its size, up to a limit that whoever answers for the process's memory sets.
package enum MatrixMemory {
    /// From so many bytes on memory is used again.
    private static let blockBytes = 1 << 20
    /// From so many bytes on a block asks for large pages: the kernel then clears it in few steps, and products find its addresses faster.
    private static let hugeBytes = 4 << 20
    private static let hugePage = 2 << 20
    private static let page = 4096

    /// The pointers are of blocks that nobody uses, and handed over under the lock.
    private static let idle = Mutex(IdleBlocks())

    /// Keeps at most `bytes` bytes that nobody uses, in the process as a whole; at first none.
    package static func keepIdle(atMost bytes: Int) { idle.withLock { $0.keep(atMost: bytes) } }

    /// Memory for `bytes` bytes with whatever it held before, aligned to cache lines at least; `deallocate` takes it back.
    @usableFromInline
    package static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard bytes >= blockBytes else { return .allocate(byteCount: bytes, alignment: 64) }
        let size = blockSize(bytes)
        if let block = UnsafeMutableRawPointer(bitPattern: idle.withLock({ UInt(bitPattern: $0.take(size)) })) { return block }
        guard size >= hugeBytes else { return .allocate(byteCount: size, alignment: page) }
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: hugePage)
        // Advice: where the kernel does not take it, pages are small as ever.
        madvise(block, size, MADV_HUGEPAGE)
        return block
    }

    /// Takes back what `allocate` gave for `bytes` bytes.
    @usableFromInline
    package static func deallocate(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
        guard bytes >= blockBytes else { return memory.deallocate() }
        let address = UInt(bitPattern: memory)
        idle.withLock { idle in
            if let memory = UnsafeMutableRawPointer(bitPattern: address) { idle.giveBack(memory, blockSize(bytes)) }
        }
    }

    /// Sizes come in steps of an eighth, so that a block serves whatever is about as large.
    static func blockSize(_ bytes: Int) -> Int {
        let step = 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount - 3)
        return (bytes + step - 1) / step * step
    }
}
