#if canImport(Glibc)
    internal import Glibc
#endif

/// Where matrices lie.
@usableFromInline
package enum MatrixMemory {
    /// From so many bytes on a matrix asks for large pages: the kernel then zeroes it in a few hundred steps, not in ten thousands.
    private static let hugeBytes = 16 << 20
    private static let hugePage = 2 << 20

    /// Memory for `bytes` bytes, aligned to cache lines at least; `deallocate` gives it back.
    @usableFromInline
    package static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard bytes >= hugeBytes else { return .allocate(byteCount: bytes, alignment: 64) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: hugePage)
        #if canImport(Glibc)
            // Advice: where the kernel does not take it, pages are small as ever.
            madvise(memory, bytes / hugePage * hugePage, MADV_HUGEPAGE)
        #endif
        return memory
    }
}
